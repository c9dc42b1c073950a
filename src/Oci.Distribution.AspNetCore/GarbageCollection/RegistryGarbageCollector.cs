using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Diagnostics;
using Oci.Distribution.AspNetCore.Repositories;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Storage;
using Oci.Distribution.AspNetCore.Uploads;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.GarbageCollection;

/// <summary>
/// Frees what no repository of the registry needs, while it is pushed to and pulled from. A service of
/// <c>AddOciRegistry</c>; <see cref="OciRegistryOptions.GarbageCollectionInterval"/> runs it in the background.
/// </summary>
public sealed partial class RegistryGarbageCollector : IDisposable
{
    private readonly IObjectStore _store;
    private readonly RepositoryStore _repositories;
    private readonly RepositorySweeper _sweeper;
    private readonly ContentClaims _claims;
    private readonly UploadSessions _sessions;
    private readonly IOptions<OciRegistryOptions> _options;
    private readonly TimeProvider _time;
    private readonly RegistryMetrics _metrics;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _turn = new(1);

    internal RegistryGarbageCollector(
        IObjectStore store,
        RepositoryStore repositories,
        RepositorySweeper sweeper,
        ContentClaims claims,
        UploadSessions sessions,
        IOptions<OciRegistryOptions> options,
        TimeProvider time,
        RegistryMetrics metrics,
        ILogger<RegistryGarbageCollector> logger)
    {
        _store = store;
        _repositories = repositories;
        _sweeper = sweeper;
        _claims = claims;
        _sessions = sessions;
        _options = options;
        _time = time;
        _metrics = metrics;
        _logger = logger;
    }

    /// <summary>
    /// Removes expired upload sessions, the blobs and manifests of repositories that <paramref name="options"/> say, and then
    /// all content that no repository has. A call waits for one that runs already.
    /// </summary>
    /// <param name="options">What to remove; those of <see cref="OciRegistryOptions.GarbageCollection"/> by default.</param>
    /// <param name="cancellationToken">Ends the collection between two removals. What was removed by then stays removed.</param>
    /// <returns>What was removed.</returns>
    /// <exception cref="IOException">The store cannot be read or written. What was removed by then stays removed; call again when the cause is mended.</exception>
    /// <remarks>
    /// A push that was answered 201 is never undone, and pulls that run go on to their end. A manifest that cannot be read keeps
    /// all of its repository; a warning in the log names it.
    /// </remarks>
    public async Task<RegistryCollection> CollectAsync(RegistryCollectOptions? options = null, CancellationToken cancellationToken = default)
    {
        options = (options ?? _options.Value.GarbageCollection).Copy();
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Before anything is listed: what is linked from here on is remembered.
            _claims.Start();
            return await CollectInTurnAsync(options, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _claims.Stop();
            _turn.Release();
        }
    }

    /// <summary>Frees the lock that collections take turns by. The app's services do it.</summary>
    public void Dispose() => _turn.Dispose();

    private async Task<RegistryCollection> CollectInTurnAsync(RegistryCollectOptions options, CancellationToken cancellationToken)
    {
        DateTimeOffset oldest = _time.GetUtcNow() - options.GracePeriod;
        var result = new RegistryCollection
        {
            IsDryRun = options.DryRun,
            UploadSessionCount = await _sessions.SweepAsync(cancellationToken, options.DryRun).ConfigureAwait(false),
        };
        var kept = new DigestSet();
        foreach (RepositoryName repository in await _repositories.ListAllAsync(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            (int manifests, int blobs) = await _sweeper.SweepAsync(repository, options, oldest, kept, cancellationToken).ConfigureAwait(false);
            result = result with
            {
                RepositoryCount = result.RepositoryCount + 1,
                ManifestCount = result.ManifestCount + manifests,
                UnlinkedBlobCount = result.UnlinkedBlobCount + blobs,
            };
            options.Progress?.Report(result);
        }
        foreach (string algorithm in await _store.ListAsync(StorageKeys.Contents, cancellationToken).ConfigureAwait(false))
        {
            foreach (string start in await _store.ListAsync($"{StorageKeys.Contents}/{algorithm}", cancellationToken).ConfigureAwait(false))
            {
                (int count, long bytes) = await RemoveContentAsync(algorithm, start, kept, options, oldest, cancellationToken).ConfigureAwait(false);
                result = result with { ContentCount = result.ContentCount + count, ContentBytes = result.ContentBytes + bytes };
                options.Progress?.Report(result);
            }
        }
        if (!options.DryRun)
        {
            _metrics.AddCollected(result.ContentBytes);
            LogCollected(result.ContentCount, result.ContentBytes, result.ManifestCount, result.UnlinkedBlobCount, result.UploadSessionCount);
        }
        return result;
    }

    private async Task<(int Count, long Bytes)> RemoveContentAsync(string algorithm, string start, DigestSet kept, RegistryCollectOptions options, DateTimeOffset oldest, CancellationToken cancellationToken)
    {
        int count = 0;
        long bytes = 0;
        foreach (string hex in await _store.ListAsync($"{StorageKeys.Contents}/{algorithm}/{start}", cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!Digest.TryParse($"{algorithm}:{hex}", out Digest digest) || kept.Contains(digest))
            {
                continue;
            }
            using IDisposable? claim = options.DryRun ? null : _claims.TryClaim(digest);
            string key = StorageKeys.Content(digest);
            if (!options.DryRun && claim is null
                || _claims.WasLinked(digest)
                || !(await _store.GetLastWriteTimeAsync(key, cancellationToken).ConfigureAwait(false) <= oldest)
                || await _store.GetLengthAsync(key, cancellationToken).ConfigureAwait(false) is not { } length)
            {
                continue;
            }
            // A power cut that brings it back brings back garbage, so nothing waits for the disk here.
            if (options.DryRun || await _store.DeleteAsync(key, durable: false, cancellationToken).ConfigureAwait(false))
            {
                count++;
                bytes += length;
            }
        }
        return (count, bytes);
    }

    [LoggerMessage(1, LogLevel.Information, "Garbage collection removed the content of {Contents} blobs and manifests ({Bytes} bytes), {Manifests} untagged manifests, {Blobs} unused blobs of repositories and {Sessions} expired upload sessions.")]
    private partial void LogCollected(int contents, long bytes, int manifests, int blobs, int sessions);
}
