using System.Text;
using OciTool.Output;

namespace OciTool.Results;

/// <summary>A bundle that was made of an image.</summary>
/// <param name="Reference">The image.</param>
/// <param name="Digest">The digest of its manifest.</param>
/// <param name="Bundle">The bundle's directory.</param>
/// <param name="Entries">How many files, directories and links were unpacked.</param>
/// <param name="Bytes">The bytes of all files.</param>
/// <param name="Notices">What was done with less than the image asks for, a sentence each.</param>
internal sealed record UnpackedResult(string Reference, string Digest, string Bundle, long Entries, long Bytes, IReadOnlyList<string> Notices) : IResult
{
    public void WriteTo(StringBuilder text) =>
        text.Append($"{Bundle}: {Entries} entries, {ByteCount.Format(Bytes)} of {Digest}\n");
}
