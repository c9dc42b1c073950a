using System.Runtime.CompilerServices;
using Oci.Image;

namespace Oci.Distribution.Syncing;

/// <summary>A repository that is synced: a name, and where its images are read.</summary>
public sealed class SyncRepository
{
    private readonly Func<IContentSource> _open;

    /// <summary>Takes a repository, or a layout under a name.</summary>
    /// <param name="name">The name by which the destination knows it; a name by distribution-spec.</param>
    /// <param name="source">Where its images are read; any store.</param>
    /// <param name="references">The tags and digests to sync, whatever the patterns for tags say; <see langword="null"/> for the tags that match.</param>
    /// <exception cref="FormatException">The name is none by distribution-spec.</exception>
    public SyncRepository(string name, IContentSource source, IReadOnlyList<string>? references = null)
        : this(name, () => source)
    {
        ReferenceGrammar.CheckName(name);
        ArgumentNullException.ThrowIfNull(source);
        References = references is null ? null : [.. references];
    }

    internal SyncRepository(string name, Func<IContentSource> open)
    {
        Name = name;
        _open = open;
    }

    /// <summary>The name by which the destination knows it.</summary>
    public string Name { get; }

    /// <summary>The tags and digests to sync; <see langword="null"/> for the tags that match.</summary>
    public IReadOnlyList<string>? References { get; }

    /// <summary>All repositories of a registry's catalog, which many registries refuse or limit.</summary>
    /// <param name="client">The registry.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    /// <exception cref="RegistryException">The registry refuses.</exception>
    public static async IAsyncEnumerable<SyncRepository> ListAsync(RegistryClient client, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        await foreach (string name in client.ListRepositoriesAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            yield return new SyncRepository(name, () => client.Repository(name));
        }
    }

    /// <exception cref="FormatException">A registry listed what is no name.</exception>
    internal IContentSource Open() => _open();
}
