using System.Text;
using Oci.Distribution.Copying;
using Oci.Image;
using OciTool.Output;
using OciTool.References;

namespace OciTool.Results;

/// <summary>What a copy did.</summary>
/// <param name="Source">Where it was read.</param>
/// <param name="Destination">Where it was written.</param>
/// <param name="Digest">The digest of the copied manifest or index.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Copied">How many manifests and blobs were copied.</param>
/// <param name="Skipped">How many were there already.</param>
/// <param name="Mounted">How many the registry took from another repository.</param>
/// <param name="CopiedBytes">The bytes of all that was copied.</param>
internal sealed record CopiedResult(string Source, string Destination, string Digest, string MediaType, int Copied, int Skipped, int Mounted, long CopiedBytes) : IResult
{
    public static CopiedResult Of(ImageReference source, ImageReference destination, Descriptor root, CopyResult result) =>
        new(source.Text, destination.Text, root.Digest.ToString(), root.MediaType.ToString(), result.Copied, result.Skipped, result.Mounted, result.CopiedBytes);

    public void WriteTo(StringBuilder text)
    {
        string there = Skipped + Mounted == 0 ? "" : $", {Skipped + Mounted} were there already";
        text.Append($"{Destination} is {Digest}\n{Copied} blobs and manifests copied, {ByteCount.Format(CopiedBytes)}{there}\n");
    }
}
