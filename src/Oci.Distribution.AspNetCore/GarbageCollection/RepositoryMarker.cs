using Microsoft.Extensions.Logging;
using Oci.Distribution.AspNetCore.Manifests;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Storage;
using Oci.Distribution.AspNetCore.Tags;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.GarbageCollection;

/// <summary>Finds what of a repository is not needed. It may look while others write: who acts on it makes sure that nobody did.</summary>
internal sealed partial class RepositoryMarker(IObjectStore store, ManifestStore manifests, TagStore tags, ILogger<RepositoryMarker> logger)
{
    /// <param name="repository">The repository.</param>
    /// <param name="options">What is garbage.</param>
    /// <param name="oldest">What was pushed or asked for after this is not.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public async Task<RepositoryGarbage> FindAsync(RepositoryName repository, RegistryCollectOptions options, DateTimeOffset oldest, CancellationToken cancellationToken)
    {
        List<Digest> blobs = await ListAsync(StorageKeys.Blobs(repository), cancellationToken).ConfigureAwait(false);
        List<Digest> links = await ListAsync(StorageKeys.Manifests(repository), cancellationToken).ConfigureAwait(false);
        if (await ReadAsync(repository, links, cancellationToken).ConfigureAwait(false) is not { } graph)
        {
            return new RepositoryGarbage([], [], [.. blobs, .. links]);
        }
        var unused = new HashSet<Digest>();
        if (options.RemoveUntagged)
        {
            if (await FindRootsAsync(repository, graph, oldest, cancellationToken).ConfigureAwait(false) is not { } roots)
            {
                return new RepositoryGarbage([], [], [.. blobs, .. links]);
            }
            unused.UnionWith(graph.Manifests);
            unused.ExceptWith(graph.Reach(roots));
        }
        var needed = new HashSet<Digest>(graph.Manifests.Where(digest => !unused.Contains(digest)).SelectMany(graph.NeedsOf));
        var garbage = new List<Digest>();
        foreach (Digest blob in options.RemoveUnusedBlobs ? blobs.Where(blob => !needed.Contains(blob)) : [])
        {
            if (await store.GetLastWriteTimeAsync(StorageKeys.Blob(repository, blob), cancellationToken).ConfigureAwait(false) <= oldest)
            {
                garbage.Add(blob);
            }
        }
        return new RepositoryGarbage(
            [.. graph.InOrder(unused).Select(digest => KeyValuePair.Create(digest, graph.SubjectOf(digest)))],
            garbage,
            [.. blobs.Except(garbage), .. links.Where(link => !unused.Contains(link))]);
    }

    private async Task<ManifestGraph?> ReadAsync(RepositoryName repository, List<Digest> links, CancellationToken cancellationToken)
    {
        var graph = new ManifestGraph();
        foreach (Digest digest in links)
        {
            try
            {
                if (await manifests.FindAsync(repository, digest, cancellationToken).ConfigureAwait(false) is { } manifest)
                {
                    graph.Add(digest, manifest.Parse());
                }
            }
            catch (Exception e) when (StoredManifest.IsDamage(e))
            {
                // What it needs cannot be told, so all of the repository stays.
                LogUnreadable(digest, repository, e);
                return null;
            }
        }
        return graph;
    }

    private async Task<List<Digest>?> FindRootsAsync(RepositoryName repository, ManifestGraph graph, DateTimeOffset oldest, CancellationToken cancellationToken)
    {
        var roots = new List<Digest>();
        foreach (string name in await tags.ListAsync(repository, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                if (Tag.TryParse(name, out Tag tag) && await tags.ResolveAsync(repository, tag, cancellationToken).ConfigureAwait(false) is { } tagged)
                {
                    roots.Add(tagged);
                }
            }
            catch (InvalidDataException e)
            {
                // What it pointed to cannot be told, so all of the repository stays.
                LogUnreadableTag(name, repository, e);
                return null;
            }
        }
        foreach (Digest digest in graph.Manifests)
        {
            if (!(await store.GetLastWriteTimeAsync(StorageKeys.Manifest(repository, digest), cancellationToken).ConfigureAwait(false) <= oldest))
            {
                roots.Add(digest);
            }
        }
        return roots;
    }

    private async Task<List<Digest>> ListAsync(string folder, CancellationToken cancellationToken)
    {
        var digests = new List<Digest>();
        foreach (string algorithm in await store.ListAsync(folder, cancellationToken).ConfigureAwait(false))
        {
            foreach (string hex in await store.ListAsync($"{folder}/{algorithm}", cancellationToken).ConfigureAwait(false))
            {
                if (Digest.TryParse($"{algorithm}:{hex}", out Digest digest))
                {
                    digests.Add(digest);
                }
            }
        }
        return digests;
    }

    [LoggerMessage(1, LogLevel.Warning, "The manifest {Digest} of {Repository} cannot be read, so nothing of this repository is collected. Delete the manifest or push it again.")]
    private partial void LogUnreadable(Digest digest, RepositoryName repository, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "The tag {Tag} of {Repository} cannot be read, so nothing of this repository is collected. Delete the tag or push it again.")]
    private partial void LogUnreadableTag(string tag, RepositoryName repository, Exception exception);
}
