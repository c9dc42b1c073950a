using System.Text;

namespace OciTool.Results;

/// <summary>The files of an image or of one of its layers.</summary>
/// <param name="Reference">What was asked for.</param>
/// <param name="Digest">The digest of the manifest, or of the layer.</param>
/// <param name="Files">The files, a directory before what is in it.</param>
internal sealed record ListResult(string Reference, string Digest, IReadOnlyList<FileResult> Files) : IResult
{
    public void WriteTo(StringBuilder text)
    {
        int owner = Files.Select(f => f.Owner.Length).DefaultIfEmpty().Max();
        int size = Files.Select(f => f.SizeText.Length).DefaultIfEmpty().Max();
        foreach (FileResult file in Files)
        {
            text.Append(file.ToLine(owner, size)).Append('\n');
        }
    }
}
