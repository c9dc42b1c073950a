using System.Text;

namespace OciTool.Results;

/// <summary>What was deleted.</summary>
/// <param name="Reference">What was asked for.</param>
/// <param name="Digest">The manifest that is gone, with all its tags.</param>
/// <param name="Tags">The tags that are gone, where the manifest stays.</param>
internal sealed record DeletedResult(string Reference, string? Digest, IReadOnlyList<string>? Tags) : IResult
{
    public void WriteTo(StringBuilder text) =>
        text.Append(Digest is not null ? $"{Digest} is deleted\n" : string.Concat((Tags ?? []).Select(tag => $"the tag {TextExtensions.Printable(tag)} is deleted\n")));
}
