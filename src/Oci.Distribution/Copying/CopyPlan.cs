using System.Text;
using Oci.Image;

namespace Oci.Distribution.Copying;

/// <summary>All that a copy would do, known before it is done: to be printed, or run.</summary>
/// <remarks>It tells the destination as it was when the plan was made. To run it later, or twice, is safe.</remarks>
public sealed class CopyPlan
{
    private readonly CopyJob _job;
    private readonly IReadOnlyList<CopyNode> _manifests;
    private readonly CopyNode _root;

    internal CopyPlan(CopyJob job, IReadOnlyList<CopyItem> blobs, IReadOnlyList<CopyNode> manifests, CopyNode root, Descriptor sourceRoot, bool isTagged)
    {
        _job = job;
        _manifests = manifests;
        _root = root;
        SourceRoot = sourceRoot;
        IsTagged = isTagged;
        Items = [.. blobs, .. manifests.Select(node => node.ToItem())];
        foreach (CopyItem item in Items)
        {
            CopyStep step = item.Action switch { CopyAction.Copy => CopyStep.Copied, CopyAction.Mount => CopyStep.Mounted, _ => CopyStep.Skipped };
            if (item.IsManifest)
            {
                Manifests = Manifests.Add(step, item.Descriptor.Size);
            }
            else
            {
                Blobs = Blobs.Add(step, item.Descriptor.Size);
            }
        }
    }

    /// <summary>Where is read, as the source calls itself.</summary>
    public string Source => _job.SourceName;

    /// <summary>Where is written, as the destination calls itself.</summary>
    public string Destination => _job.DestinationName;

    /// <summary>The manifest or index that the destination will have.</summary>
    public Descriptor Root => _root.Descriptor;

    /// <summary>What the source has in its place: another than <see cref="Root"/> where <see cref="CopyOptions.ReduceIndex"/> makes a new index.</summary>
    public Descriptor SourceRoot { get; }

    /// <summary>The tag to set when all is copied; <see langword="null"/> for none.</summary>
    public string? Tag => _job.Tag;

    /// <summary>Whether the tag stands for <see cref="Root"/> already.</summary>
    public bool IsTagged { get; }

    /// <summary>Every blob and manifest: the blobs first, a manifest after all that it points to. What a manifest points to that is there already is not looked at, and not listed.</summary>
    public IReadOnlyList<CopyItem> Items { get; }

    /// <summary>What is to be done with configs, layers and other blobs. What is to be verified counts as skipped.</summary>
    public CopyTotals Blobs { get; }

    /// <summary>What is to be done with manifests and indexes.</summary>
    public CopyTotals Manifests { get; }

    /// <summary>Does what the plan says.</summary>
    /// <param name="progress">Is told of each step, and of bytes about once a mebibyte.</param>
    /// <param name="cancellationToken">Ends the copy. Blobs that were copied whole stay; no manifest is there with holes, and no tag is set.</param>
    /// <exception cref="CopyException">A step failed.</exception>
    public Task<CopyResult> RunAsync(IProgress<CopyProgress>? progress = null, CancellationToken cancellationToken = default) =>
        new CopyRun(_job, this, _manifests, _root, progress).RunAsync(cancellationToken);

    /// <summary>The plan as text: a line for each item, and one that sums up.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (CopyItem item in Items)
        {
            text.Append(item).Append('\n');
        }
        if (Tag is not null)
        {
            text.Append($"{(IsTagged ? "skip" : "tag"),-6} {Tag}\n");
        }
        CopyTotals all = Blobs + Manifests;
        text.Append($"{Source} to {Destination}: {all.Copied} to copy ({all.CopiedBytes} bytes), {all.Mounted} to mount ({all.MountedBytes} bytes), {all.Skipped} there already ({all.SkippedBytes} bytes)\n");
        return text.ToString();
    }
}
