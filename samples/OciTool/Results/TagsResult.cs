using System.Text;

namespace OciTool.Results;

/// <summary>The tags of a place.</summary>
/// <param name="Reference">What was asked for.</param>
/// <param name="Tags">The tags in ordinal order.</param>
internal sealed record TagsResult(string Reference, IReadOnlyList<string> Tags) : IResult
{
    public void WriteTo(StringBuilder text)
    {
        foreach (string tag in Tags)
        {
            text.Append(TextExtensions.Printable(tag)).Append('\n');
        }
    }
}
