using System.Text;
using OciTool.Output;

namespace OciTool.Results;

/// <summary>What a sync did. As text it sums up only, since the images were told as they were done.</summary>
/// <param name="Source">Where was read.</param>
/// <param name="Destination">Where was written.</param>
/// <param name="Images">What became of each image.</param>
internal sealed record SyncedResult(string Source, string Destination, IReadOnlyList<SyncedImage> Images) : IResult
{
    public void WriteTo(StringBuilder text) => text
        .AppendJoin(", ", Images.GroupBy(image => image.Outcome).Select(outcome => $"{outcome.Count()} {outcome.Key}").DefaultIfEmpty("nothing to sync"))
        .Append($"; {ByteCount.Format(Images.Sum(image => image.CopiedBytes))}\n");
}
