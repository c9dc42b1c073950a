using System.Text;
using OciTool.Output;

namespace OciTool.Results;

/// <summary>A bundle that was made an image again.</summary>
/// <param name="Reference">Where the image was written.</param>
/// <param name="Digest">The digest of its manifest.</param>
/// <param name="MediaType">The media type of its manifest.</param>
/// <param name="Size">The size of its manifest, in bytes.</param>
/// <param name="Base">The digest of the image that was unpacked.</param>
/// <param name="Layer">The new layer; none where nothing had changed.</param>
/// <param name="Added">How many files and directories are new.</param>
/// <param name="Modified">How many are not as they were.</param>
/// <param name="Deleted">How many are gone, one for a directory with all in it.</param>
internal sealed record RepackedResult(string Reference, string Digest, string MediaType, long Size, string? Base, LayerResult? Layer, int Added, int Modified, int Deleted) : IResult
{
    public void WriteTo(StringBuilder text)
    {
        text.Append($"{Reference} is {Digest}\n");
        text.Append(Layer is null
            ? "nothing had changed, so there is no new layer\n"
            : $"{Added} added, {Modified} modified, {Deleted} deleted in a layer of {ByteCount.Format(Layer.Size)}\n");
    }
}
