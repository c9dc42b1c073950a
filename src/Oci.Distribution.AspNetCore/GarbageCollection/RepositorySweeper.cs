using Oci.Distribution.AspNetCore.Manifests;
using Oci.Distribution.AspNetCore.Repositories;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Storage;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.GarbageCollection;

/// <summary>Removes what of a repository is not needed, beside pushes.</summary>
/// <remarks>
/// What is garbage is found without the repository's lock, since that reads every manifest. It is removed inside the lock, a
/// few things at a time, and only while nobody wrote a manifest or tag since; else it is found anew. After some such
/// rounds in vain, it is found and removed inside the lock. Links are removed inside a claim on their content, and only if
/// they are still old: whoever pushes or asks for a blob meanwhile keeps it.
/// </remarks>
internal sealed class RepositorySweeper(IObjectStore store, RepositoryMarker marker, ManifestStore manifests, RepositoryLocks locks, ContentClaims claims)
{
    // Each removal of a manifest waits for the disk, and pushes wait for the batch.
    private const int ManifestBatch = 8;
    private const int BlobBatch = 64;
    private const int Rounds = 3;

    /// <summary>Removes the garbage, or counts it; what stays linked is added to <paramref name="kept"/>.</summary>
    public async Task<(int Manifests, int Blobs)> SweepAsync(RepositoryName repository, RegistryCollectOptions options, DateTimeOffset oldest, DigestSet kept, CancellationToken cancellationToken)
    {
        var sweep = new Sweep(repository, oldest);
        for (int round = 0; ; round++)
        {
            using IDisposable? lease = round < Rounds ? null : await locks.EnterAsync(repository, cancellationToken).ConfigureAwait(false);
            long version = locks.GetVersion(repository);
            RepositoryGarbage garbage = await marker.FindAsync(repository, options, oldest, cancellationToken).ConfigureAwait(false);
            if (options.DryRun)
            {
                kept.UnionWith(garbage.Kept);
                return (garbage.Manifests.Count, garbage.Blobs.Count);
            }
            bool isDone = await RemoveManifestsAsync(sweep, garbage.Manifests, lease is null ? version : null, cancellationToken).ConfigureAwait(false)
                && await RemoveBlobsAsync(sweep, garbage.Blobs, lease is null ? version : null, cancellationToken).ConfigureAwait(false);
            if (isDone || lease is not null)
            {
                kept.UnionWith(garbage.Kept);
                kept.UnionWith(garbage.Manifests.Select(pair => pair.Key).Concat(garbage.Blobs).Where(digest => !sweep.Removed.Contains(digest)));
                return (sweep.ManifestCount, sweep.BlobCount);
            }
        }
    }

    // False where a manifest is in use again: what it needs must stay, so the rest of the list is void.
    private async Task<bool> RemoveManifestsAsync(Sweep sweep, IReadOnlyList<KeyValuePair<Digest, Digest?>> garbage, long? version, CancellationToken cancellationToken)
    {
        foreach (KeyValuePair<Digest, Digest?>[] batch in garbage.Chunk(ManifestBatch))
        {
            using IDisposable? lease = version is { } seen ? await locks.TryEnterAsync(sweep.Repository, seen, cancellationToken).ConfigureAwait(false) : null;
            if (version is not null && lease is null)
            {
                return false;
            }
            foreach ((Digest digest, Digest? subject) in batch)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using IDisposable? claim = claims.TryClaim(digest);
                if (claim is null || !await IsOldAsync(StorageKeys.Manifest(sweep.Repository, digest), sweep, cancellationToken).ConfigureAwait(false))
                {
                    return false;
                }
                // Not cancellable half way: the entry in the subject's list goes with the manifest.
                await manifests.RemoveAsync(sweep.Repository, digest, subject, CancellationToken.None).ConfigureAwait(false);
                sweep.Removed.Add(digest);
                sweep.ManifestCount++;
            }
        }
        return true;
    }

    private async Task<bool> RemoveBlobsAsync(Sweep sweep, IReadOnlyList<Digest> garbage, long? version, CancellationToken cancellationToken)
    {
        foreach (Digest[] batch in garbage.Chunk(BlobBatch))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using IDisposable? lease = version is { } seen ? await locks.TryEnterAsync(sweep.Repository, seen, cancellationToken).ConfigureAwait(false) : null;
            if (version is not null && lease is null)
            {
                return false;
            }
            foreach (Digest digest in batch)
            {
                string link = StorageKeys.Blob(sweep.Repository, digest);
                using IDisposable? claim = claims.TryClaim(digest);
                if (claim is not null && await IsOldAsync(link, sweep, cancellationToken).ConfigureAwait(false))
                {
                    await store.DeleteAsync(link, durable: false, cancellationToken).ConfigureAwait(false);
                    sweep.Removed.Add(digest);
                    sweep.BlobCount++;
                }
            }
            // Before any content goes: a link that a power cut brings back must have its content.
            foreach (string algorithm in batch.Select(digest => digest.AlgorithmName).Distinct())
            {
                await store.FlushFolderAsync($"{StorageKeys.Blobs(sweep.Repository)}/{algorithm}", CancellationToken.None).ConfigureAwait(false);
            }
        }
        return true;
    }

    private async ValueTask<bool> IsOldAsync(string link, Sweep sweep, CancellationToken cancellationToken) =>
        await store.GetLastWriteTimeAsync(link, cancellationToken).ConfigureAwait(false) <= sweep.Oldest;

    private sealed class Sweep(RepositoryName repository, DateTimeOffset oldest)
    {
        public RepositoryName Repository { get; } = repository;

        public DateTimeOffset Oldest { get; } = oldest;

        public HashSet<Digest> Removed { get; } = [];

        public int ManifestCount { get; set; }

        public int BlobCount { get; set; }
    }
}
