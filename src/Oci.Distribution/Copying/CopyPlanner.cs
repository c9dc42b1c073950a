using System.Collections.Concurrent;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.Copying;

/// <summary>Finds out what a copy has to do.</summary>
internal static class CopyPlanner
{
    public static async Task<CopyPlan> PlanAsync(CopyJob job, Descriptor root, CancellationToken cancellationToken)
    {
        IContentSource indexes = await job.GetIndexesAsync(cancellationToken).ConfigureAwait(false);
        if (job.Options.Platform is Platform platform && MediaTypes.IsIndex(root.MediaType))
        {
            root = await PlatformSelector.SelectAsync(indexes, root, platform, cancellationToken).ConfigureAwait(false);
        }
        IndexSelection selection = await IndexSelection.CreateAsync(indexes, root, job.Options, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<CopyNode> manifests = await new CopyGraph(job, selection).ReadAsync(root, cancellationToken).ConfigureAwait(false);
        CopyNode rootNode = manifests.Single(node => node.SourceDigest == root.Digest);
        await job.ForEachAsync(manifests.Where(node => node.IsNew), FindAsync, cancellationToken).ConfigureAwait(false);

        var blobs = new Dictionary<Digest, Descriptor>();
        foreach (Descriptor blob in manifests.Where(node => !node.IsThere || node.IsVerified || node.Index is not null).SelectMany(node => node.Blobs).Where(blob => IsWanted(job, blob)))
        {
            blobs.TryAdd(blob.Digest, blob);
            job.Options.CheckCount(manifests.Count + blobs.Count);
        }
        var items = new ConcurrentDictionary<Digest, CopyItem>();
        await job.ForEachAsync(blobs.Values, async (blob, token) => items[blob.Digest] = await PlanBlobAsync(job, blob, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

        bool isTagged = job.Tag is not null && rootNode.IsThere && await IsTaggedAsync(job, rootNode.Descriptor, job.Tag, cancellationToken).ConfigureAwait(false);
        return new CopyPlan(job, [.. blobs.Keys.Select(digest => items[digest])], manifests, rootNode, root, isTagged);

        Task FindAsync(CopyNode node, CancellationToken token) =>
            job.StepAsync("look for", node.Descriptor, async () =>
            {
                node.IsThere = await job.Destination.ExistsAsync(node.Descriptor, token).ConfigureAwait(false);
                node.IsVerified = node.IsThere && job.Repairs;
            });
    }

    // Layers that are not for distribution go to no registry, unless asked for (layer.md).
    private static bool IsWanted(CopyJob job, Descriptor blob) =>
        job.Options.IncludeNondistributable || job.Destination is not Repository || !MediaTypes.IsNondistributable(blob.MediaType);

    private static async Task<CopyItem> PlanBlobAsync(CopyJob job, Descriptor blob, CancellationToken cancellationToken)
    {
        CopyAction action = CopyAction.Copy;
        string? mountFrom = null;
        await job.StepAsync("look for", blob, async () =>
        {
            if (await job.Destination.ExistsAsync(blob, cancellationToken).ConfigureAwait(false))
            {
                action = job.Repairs ? CopyAction.Verify : CopyAction.Skip;
                job.NoteThere(blob);
            }
            else if (await MayLackAsync(job, blob, cancellationToken).ConfigureAwait(false))
            {
                action = CopyAction.Skip;
            }
            else if (job.FindMountSource(blob) is string home)
            {
                action = CopyAction.Mount;
                mountFrom = home;
            }
        }).ConfigureAwait(false);
        return new CopyItem { Descriptor = blob, IsManifest = false, Action = action, MountFrom = mountFrom };
    }

    // layer.md: the media type "SHOULD NOT affect whether an implementation downloads the layer"; but a registry need not have it.
    private static async Task<bool> MayLackAsync(CopyJob job, Descriptor blob, CancellationToken cancellationToken) =>
        !job.Options.IncludeNondistributable && MediaTypes.IsNondistributable(blob.MediaType)
        && !await job.Source.ExistsAsync(blob, cancellationToken).ConfigureAwait(false);

    private static async Task<bool> IsTaggedAsync(CopyJob job, Descriptor root, string tag, CancellationToken cancellationToken)
    {
        bool isTagged = false;
        await job.StepAsync($"ask what the tag {tag} stands for before tagging", root, async () =>
        {
            Descriptor? current = job.Destination is Repository repository
                ? await repository.Manifests.ResolveAsync(tag, cancellationToken).ConfigureAwait(false)
                : await job.Destination.ResolveAsync(tag, cancellationToken).ConfigureAwait(false);
            isTagged = current?.Digest == root.Digest;
        }).ConfigureAwait(false);
        return isTagged;
    }
}
