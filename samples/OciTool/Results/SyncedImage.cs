using Oci.Distribution.Syncing;
using OciTool.Output;

namespace OciTool.Results;

/// <summary>What became of one image of a sync.</summary>
/// <param name="Repository">Its repository.</param>
/// <param name="Reference">Its tag or digest; none where the repository as a whole failed.</param>
/// <param name="Outcome"><c>equal</c>, <c>copied</c>, <c>planned</c>, <c>pruned</c>, <c>prunePlanned</c> or <c>failed</c>.</param>
/// <param name="Digest">What the destination has, or would have.</param>
/// <param name="CopiedBytes">The bytes that were copied, or would be.</param>
/// <param name="Error">Why it failed.</param>
internal sealed record SyncedImage(string Repository, string? Reference, string Outcome, string? Digest, long CopiedBytes, string? Error)
{
    public static SyncedImage Of(SyncResult result) => new(
        result.Repository,
        result.Reference,
        char.ToLowerInvariant(result.Outcome.ToString()[0]) + result.Outcome.ToString()[1..],
        result.Root?.Digest.ToString(),
        result.Copy?.CopiedBytes ?? (result.Plan is null ? 0 : result.Plan.Blobs.CopiedBytes + result.Plan.Manifests.CopiedBytes),
        result.Error?.Message);

    /// <summary>One line.</summary>
    public override string ToString()
    {
        string name = TextExtensions.Printable(Reference is null ? Repository : $"{Repository}:{Reference}");
        return Error is not null ? $"failed  {name}: {TextExtensions.Printable(Error)}"
            : Outcome switch
            {
                "equal" => $"equal   {name}",
                "pruned" => $"pruned  {name}",
                "prunePlanned" => $"prune?  {name}",
                "planned" => $"copy?   {name}  {ByteCount.Format(CopiedBytes)}",
                _ => $"copied  {name}  {ByteCount.Format(CopiedBytes)}",
            };
    }
}
