using System.Text;
using Oci.Distribution.Copying;
using OciTool.Output;
using OciTool.References;

namespace OciTool.Results;

/// <summary>What a copy would do.</summary>
/// <param name="Source">Where it is read.</param>
/// <param name="Destination">Where it would be written.</param>
/// <param name="Digest">The digest of the manifest or index that the destination would have.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Tag">The tag that would be set; none where it stands for it already.</param>
/// <param name="Items">Every blob and manifest.</param>
/// <param name="CopiedBytes">The bytes that would be copied.</param>
internal sealed record PlannedResult(string Source, string Destination, string Digest, string MediaType, string? Tag, IReadOnlyList<PlannedItem> Items, long CopiedBytes) : IResult
{
    public static PlannedResult Of(ImageReference source, ImageReference destination, CopyPlan plan) => new(
        source.Text,
        destination.Text,
        plan.Root.Digest.ToString(),
        plan.Root.MediaType.ToString(),
        plan.IsTagged ? null : plan.Tag,
        [.. plan.Items.Select(PlannedItem.Of)],
        plan.Blobs.CopiedBytes + plan.Manifests.CopiedBytes);

    public void WriteTo(StringBuilder text)
    {
        foreach (PlannedItem item in Items)
        {
            text.Append($"{item.Action,-6} {item.Kind,-8} {item.Digest}  {ByteCount.Format(item.Size)}{(item.From is null ? "" : $"  from {item.From}")}\n");
        }
        if (Tag is not null)
        {
            text.Append($"tag    {Tag}\n");
        }
        text.Append($"{Destination} would be {Digest}: {ByteCount.Format(CopiedBytes)} to copy, {Items.Count(item => item.Action == "mount")} blobs to mount, {Items.Count(item => item.Action == "skip")} there already\n");
    }
}
