using System.Text;
using Oci.Image.Layouts;
using OciTool.Output;

namespace OciTool.Results;

/// <summary>What a garbage collection removed, or would remove.</summary>
/// <param name="Layout">The layout.</param>
/// <param name="DryRun">Whether nothing was changed.</param>
/// <param name="Removed">The digests of the blobs that went.</param>
/// <param name="RemovedBytes">The bytes of all that went, unfinished files too.</param>
/// <param name="Young">How many blobs stay only since they are young.</param>
/// <param name="KeptCount">How many blobs stay.</param>
/// <param name="KeptBytes">Their bytes.</param>
internal sealed record CollectedResult(string Layout, bool DryRun, IReadOnlyList<string> Removed, long RemovedBytes, int Young, int KeptCount, long KeptBytes) : IResult
{
    public static CollectedResult Of(string layout, LayoutCollection collection) => new(
        layout,
        collection.IsDryRun,
        [.. collection.Removed.Select(blob => blob.Digest.ToString())],
        collection.RemovedBytes,
        collection.Young.Count,
        collection.KeptCount,
        collection.KeptBytes);

    public void WriteTo(StringBuilder text)
    {
        foreach (string digest in Removed)
        {
            text.Append(digest).Append('\n');
        }
        string verb = DryRun ? "would be removed" : "removed";
        string young = Young == 0 ? "" : $"; {Young} that nothing points to are too young to go (--grace-period)";
        text.Append($"{Removed.Count} blobs {verb}, {ByteCount.Format(RemovedBytes)}; {KeptCount} stay, {ByteCount.Format(KeptBytes)}{young}\n");
    }
}
