using System.Text;
using Oci.Image;
using OciTool.References;

namespace OciTool.Results;

/// <summary>A new image or index.</summary>
/// <param name="Reference">Where it was written.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Size">The size of its manifest, in bytes.</param>
/// <param name="Base">The digest of what it was made from, where it was made from something.</param>
internal sealed record EditResult(string Reference, string Digest, string MediaType, long Size, string? Base) : IResult
{
    public static EditResult Of(ImageReference reference, Descriptor made, Descriptor? origin) =>
        new(reference.Text, made.Digest.ToString(), made.MediaType.ToString(), made.Size, origin?.Digest.ToString());

    public void WriteTo(StringBuilder text) => text.Append($"{Reference} is {Digest}\n");
}
