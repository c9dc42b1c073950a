using Oci.Common;
using Oci.Image.Manifests;

namespace Oci.Image.Layouts;

/// <summary>One garbage collection of a layout: marks under no lock first, then again under both locks, and sweeps.</summary>
/// <remarks>
/// A writer of another process has blobs in place that no manifest names yet. They are told by their age, which
/// every store call that meets a blob renews: <see cref="LayoutBlobs.HasAndMarkAsync"/>. What takes turns under the collect
/// lock is renewal and removal, so that no blob goes between a writer's look at it and its use of it.
/// </remarks>
internal sealed class LayoutCollector(LayoutPaths paths, LayoutBlobs blobs, LayoutIndex index, LayoutCollectOptions options)
{
    private readonly LayoutReachability _reachability = new(blobs);
    private FileStream? _collectLock;
    private LayoutCollectionPlan? _plan;

    public async Task<LayoutCollection> RunAsync(CancellationToken cancellationToken)
    {
        // Reads all documents while others may write; under the locks only what is new is read.
        LayoutCollectionPlan dry = await PlanAsync(await index.ReadAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        if (options.DryRun)
        {
            return ToResult(dry, ListLeftovers());
        }
        IReadOnlyList<FileInfo> removed = [];
        try
        {
            await index.UpdateAsync(
                MarkAsync,
                cancellationToken,
                token =>
                {
                    Sweep(_plan!, token);
                    removed = [.. ListLeftovers().Where(file => LayoutFiles.TryDeleteUnlocked(file.FullName))];
                }).ConfigureAwait(false);
        }
        finally
        {
            if (_collectLock is not null)
            {
                await _collectLock.DisposeAsync().ConfigureAwait(false);
            }
        }
        return ToResult(_plan!, removed);
    }

    private async ValueTask<ImageIndex> MarkAsync(ImageIndex before, CancellationToken cancellationToken)
    {
        _collectLock = await LayoutLock.AcquireAsync(paths.CollectLock, cancellationToken).ConfigureAwait(false);
        _plan = await PlanAsync(before, cancellationToken).ConfigureAwait(false);
        return _plan.RemovedEntries.Count == 0 ? before : before with { Manifests = [.. before.Manifests.Where(entry => !_plan.RemovedEntries.Contains(entry))] };
    }

    private async Task<LayoutCollectionPlan> PlanAsync(ImageIndex listed, CancellationToken cancellationToken)
    {
        _reachability.Restart();
        List<LayoutBlob> all = [.. blobs.List()];
        var referrers = new List<(Descriptor Descriptor, Descriptor Subject, bool IsListed)>();
        foreach (Descriptor entry in listed.Manifests)
        {
            ManifestLinks? links = await _reachability.ReadAsync(entry, cancellationToken).ConfigureAwait(false);
            if (options.FollowReferrers && links?.Subject is Descriptor subject && LayoutEntries.TagOf(entry) is null && blobs.FindFile(subject.Digest) is not null)
            {
                referrers.Add((entry, subject, true));
            }
            else
            {
                await _reachability.KeepAsync(entry, cancellationToken).ConfigureAwait(false);
            }
        }
        List<LayoutBlob> young = await KeepYoungAsync(all, cancellationToken).ConfigureAwait(false);
        // Read in any case, since that is what tells the parents among the garbage.
        List<(Descriptor, Descriptor, bool)> unlisted = await FindUnlistedReferrersAsync(all, cancellationToken).ConfigureAwait(false);
        if (options.FollowReferrers)
        {
            referrers.AddRange(unlisted);
            await KeepReferrersAsync(referrers, cancellationToken).ConfigureAwait(false);
        }
        List<LayoutBlob> garbage = [.. all.Where(blob => !_reachability.Kept.Contains(blob.Digest))];
        return new LayoutCollectionPlan(
            all,
            [.. garbage.OrderBy(blob => _reachability.RankOf(blob.Digest))],
            [.. referrers.Where(r => r.IsListed && !_reachability.Kept.Contains(r.Descriptor.Digest)).Select(r => r.Descriptor)],
            young);
    }

    private async Task<List<LayoutBlob>> KeepYoungAsync(List<LayoutBlob> all, CancellationToken cancellationToken)
    {
        DateTimeOffset since = options.Clock.GetUtcNow() - options.GracePeriod;
        List<LayoutBlob> young = [.. all.Where(blob => blob.UsedTime > since && !_reachability.Kept.Contains(blob.Digest))];
        foreach (LayoutBlob blob in young)
        {
            await _reachability.KeepAsync(ToDescriptor(blob), cancellationToken).ConfigureAwait(false);
        }
        return young;
    }

    private async Task<List<(Descriptor, Descriptor, bool)>> FindUnlistedReferrersAsync(List<LayoutBlob> all, CancellationToken cancellationToken)
    {
        var referrers = new List<(Descriptor, Descriptor, bool)>();
        foreach (LayoutBlob blob in all.Where(blob => !_reachability.Kept.Contains(blob.Digest)))
        {
            Descriptor descriptor = ToDescriptor(blob);
            if ((await _reachability.ReadAsync(descriptor, cancellationToken).ConfigureAwait(false))?.Subject is Descriptor subject)
            {
                referrers.Add((descriptor, subject, false));
            }
        }
        return referrers;
    }

    // A referrer may have referrers, so each round may bring the next.
    private async Task KeepReferrersAsync(List<(Descriptor Descriptor, Descriptor Subject, bool)> referrers, CancellationToken cancellationToken)
    {
        int kept;
        do
        {
            kept = _reachability.Kept.Count;
            foreach ((Descriptor descriptor, Descriptor subject, _) in referrers)
            {
                if (_reachability.Kept.Contains(subject.Digest))
                {
                    await _reachability.KeepAsync(descriptor, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        while (_reachability.Kept.Count > kept);
    }

    // Parents before children, and on disk in that order: who finds a manifest may take it that its blobs are there.
    private void Sweep(LayoutCollectionPlan plan, CancellationToken cancellationToken)
    {
        try
        {
            foreach (IGrouping<int, LayoutBlob> rank in plan.Garbage.GroupBy(blob => _reachability.RankOf(blob.Digest)))
            {
                foreach (LayoutBlob blob in rank)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    File.Delete(paths.Blob(blob.Digest));
                }
                foreach (string algorithm in rank.Select(blob => blob.Digest.AlgorithmName).Distinct(StringComparer.Ordinal))
                {
                    DirectoryFlush.Flush(Path.Combine(paths.Blobs, algorithm));
                }
            }
        }
        catch (Exception e) when (LayoutException.Explains(e))
        {
            throw LayoutException.FromFileSystem("remove blobs of", paths.Root, e);
        }
    }

    private IReadOnlyList<FileInfo> ListLeftovers()
    {
        DateTime before = (options.Clock.GetUtcNow() - options.GracePeriod).UtcDateTime;
        var staging = new DirectoryInfo(paths.Staging);
        return staging.Exists ? [.. staging.EnumerateFiles().Where(file => file.Exists && file.LastWriteTimeUtc <= before)] : [];
    }

    private LayoutCollection ToResult(LayoutCollectionPlan plan, IReadOnlyList<FileInfo> leftovers)
    {
        HashSet<Digest> garbage = [.. plan.Garbage.Select(blob => blob.Digest)];
        List<LayoutBlob> kept = [.. plan.All.Where(blob => !garbage.Contains(blob.Digest))];
        return new LayoutCollection
        {
            IsDryRun = options.DryRun,
            Removed = plan.Garbage,
            RemovedEntries = plan.RemovedEntries,
            Young = plan.Young,
            KeptCount = kept.Count,
            KeptBytes = kept.Sum(blob => blob.Size),
            LeftoverCount = leftovers.Count,
            LeftoverBytes = leftovers.Sum(file => file.Length),
        };
    }

    private static Descriptor ToDescriptor(LayoutBlob blob) => new() { MediaType = MediaTypes.OctetStream, Digest = blob.Digest, Size = blob.Size };
}
