using Oci.Distribution.Manifests;
using Oci.Distribution.Uploads;
using Oci.Image;

namespace Oci.Distribution.Copying;

/// <summary>Does what a plan says: blobs first, then manifests from the bottom up, the root and its tag last.</summary>
internal sealed class CopyRun(CopyJob job, CopyPlan plan, IReadOnlyList<CopyNode> manifests, CopyNode root, IProgress<CopyProgress>? progress)
{
    private readonly CopyTally _tally = new(progress);

    public async Task<CopyResult> RunAsync(CancellationToken cancellationToken)
    {
        foreach (CopyItem item in plan.Items)
        {
            _tally.Found(item.Descriptor);
        }
        foreach (CopyItem item in plan.Items.Where(item => item.Action == CopyAction.Skip))
        {
            _tally.Done(item, CopyStep.Skipped);
        }
        await job.ForEachAsync(plan.Items.Where(item => !item.IsManifest && item.Action != CopyAction.Skip), CopyBlobAsync, cancellationToken).ConfigureAwait(false);

        // What a layout has and is damaged stands in the way of all that it lists, so it is mended from the top.
        foreach (CopyNode node in manifests.Where(node => node.IsVerified).OrderByDescending(node => node.Level))
        {
            await CopyManifestAsync(node, tag: null, cancellationToken).ConfigureAwait(false);
        }
        foreach (IGrouping<int, CopyNode> level in manifests.Where(node => node != root && !node.IsVerified).GroupBy(node => node.Level).OrderBy(level => level.Key))
        {
            await job.ForEachAsync(level, (node, token) => CopyManifestAsync(node, tag: null, token), cancellationToken).ConfigureAwait(false);
        }
        // A registry takes the tag with the manifest: one request, where adding and tagging are three.
        bool tagsAtOnce = job.Tag is not null && !root.IsThere && job.Destination is Repository;
        if (!root.IsVerified)
        {
            await CopyManifestAsync(root, tagsAtOnce ? job.Tag : null, cancellationToken).ConfigureAwait(false);
        }
        if (job.Tag is string tag && !tagsAtOnce && !plan.IsTagged)
        {
            await job.StepAsync($"set the tag {tag} of", root.Descriptor, () => job.Destination.TagAsync(root.Descriptor, tag, cancellationToken)).ConfigureAwait(false);
        }
        return new CopyResult { Root = root.Descriptor, SourceRoot = plan.SourceRoot, Blobs = _tally.Blobs, Manifests = _tally.Manifests };
    }

    private async Task CopyBlobAsync(CopyItem item, CancellationToken cancellationToken)
    {
        Descriptor blob = item.Descriptor;
        bool hasWaited = await job.Session.BeginAsync(job.Destination, blob.Digest, cancellationToken).ConfigureAwait(false);
        try
        {
            await job.StepAsync("copy", blob, async () =>
            {
                bool isThere = item.Action != CopyAction.Verify && await job.CameMeanwhileAsync(blob, hasWaited, cancellationToken).ConfigureAwait(false);
                CopyStep step = isThere ? CopyStep.Skipped
                    : job.Destination is Repository repository ? await PushAsync(item, repository, cancellationToken).ConfigureAwait(false)
                    : await AddAsync(item, cancellationToken).ConfigureAwait(false);
                _tally.Done(item, step);
            }).ConfigureAwait(false);
        }
        finally
        {
            job.Session.End(job.Destination, blob.Digest);
        }
    }

    private async Task<CopyStep> PushAsync(CopyItem item, Repository repository, CancellationToken cancellationToken)
    {
        var options = new PushBlobOptions { MountFrom = item.MountFrom ?? job.FindMountSource(item.Descriptor), SkipExistsCheck = true };
        PushOutcome outcome = await repository.Blobs.PushAsync(item.Descriptor, _ => new ValueTask<Stream>(Open(item)), options, cancellationToken).ConfigureAwait(false);
        job.NoteThere(item.Descriptor);
        return outcome switch { PushOutcome.Pushed => CopyStep.Copied, PushOutcome.Mounted => CopyStep.Mounted, _ => CopyStep.Skipped };
    }

    private async Task<CopyStep> AddAsync(CopyItem item, CancellationToken cancellationToken)
    {
        ProgressStream content = Open(item);
        await using (content.ConfigureAwait(false))
        {
            // A store that has it, and finds it whole, reads nothing.
            await job.Destination.AddAsync(item.Descriptor, content, cancellationToken).ConfigureAwait(false);
            return content.IsOpened ? CopyStep.Copied : CopyStep.Skipped;
        }
    }

    private async Task CopyManifestAsync(CopyNode node, string? tag, CancellationToken cancellationToken)
    {
        CopyItem item = node.ToItem();
        if (item.Action == CopyAction.Skip)
        {
            return;
        }
        await job.StepAsync("copy", node.Descriptor, async () =>
        {
            byte[] content = node.Content ?? await job.ReadAsync(node.Descriptor, cancellationToken).ConfigureAwait(false);
            if (job.Destination is Repository repository)
            {
                var options = new PushManifestOptions { Algorithm = node.Descriptor.Digest.Algorithm, Tags = tag is null ? [] : [tag] };
                await repository.Manifests.PushAsync(content, node.Descriptor.MediaType, options, cancellationToken).ConfigureAwait(false);
                _tally.Done(item, CopyStep.Copied);
                return;
            }
            var stream = new ProgressStream(_ => new ValueTask<Stream>(new MemoryStream(content, writable: false)), report: null);
            await using (stream.ConfigureAwait(false))
            {
                await job.Destination.AddAsync(node.Descriptor, stream, cancellationToken).ConfigureAwait(false);
                _tally.Done(item, stream.IsOpened ? CopyStep.Copied : CopyStep.Skipped);
            }
        }).ConfigureAwait(false);
    }

    private ProgressStream Open(CopyItem item) =>
        new(token => EmbeddedContent.OpenAsync(job.Source, item.Descriptor, token), bytes => _tally.Read(item.Descriptor, bytes));
}
