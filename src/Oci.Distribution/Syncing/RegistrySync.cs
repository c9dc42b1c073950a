using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Oci.Distribution.Syncing;

/// <summary>Keeps repositories of one place as those of another: registries, layouts, any stores.</summary>
/// <remarks>
/// What is equal is told by its digest and not read. A failure of one image is told and the others go on; run again, a sync
/// copies only what lacks. Blobs that several repositories share are sent once, and mounted where the registry can.
/// </remarks>
/// <param name="options">What to sync, and how; <see langword="null"/> for the defaults. Copied.</param>
public sealed class RegistrySync(SyncOptions? options = null)
{
    // Who reads slowly holds the copies back.
    private const int MaxWaitingResults = 64;

    private readonly SyncOptions _options = (options ?? new SyncOptions()).Freeze();

    /// <summary>Syncs, and tells of each image as it is done, in the order of the work.</summary>
    /// <param name="repositories">What to sync; <see cref="SyncRepository.ListAsync"/> has all of a registry.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="progress">Is told of each step of each image.</param>
    /// <param name="cancellationToken">Ends the sync; what is not whole by then gets no tag. To stop reading the results ends it as well.</param>
    /// <exception cref="RegistryException">The catalog cannot be read. All else that fails is a result.</exception>
    public async IAsyncEnumerable<SyncResult> RunAsync(IAsyncEnumerable<SyncRepository> repositories, SyncDestination destination, IProgress<SyncProgress>? progress = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(repositories);
        ArgumentNullException.ThrowIfNull(destination);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<SyncResult> results = Channel.CreateBounded<SyncResult>(MaxWaitingResults);
        var run = new SyncRun(_options, destination, results.Writer, progress);
        Task work = Task.Run(() => run.RunAsync(repositories, cancellation.Token), CancellationToken.None);
        try
        {
            await foreach (SyncResult result in results.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return result;
            }
        }
        finally
        {
            await cancellation.CancelAsync().ConfigureAwait(false);
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        // The failure that ended it, if one did.
        await work.ConfigureAwait(false);
    }

    /// <summary>Syncs some repositories.</summary>
    /// <inheritdoc cref="RunAsync(IAsyncEnumerable{SyncRepository}, SyncDestination, IProgress{SyncProgress}?, CancellationToken)"/>
    public IAsyncEnumerable<SyncResult> RunAsync(IEnumerable<SyncRepository> repositories, SyncDestination destination, IProgress<SyncProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(repositories);
        return RunAsync(ListAsync(repositories), destination, progress, cancellationToken);
    }

    private static async IAsyncEnumerable<SyncRepository> ListAsync(IEnumerable<SyncRepository> repositories)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (SyncRepository repository in repositories)
        {
            yield return repository;
        }
    }
}
