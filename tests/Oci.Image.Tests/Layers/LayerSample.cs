using System.IO.Compression;

namespace Oci.Image.Tests.Layers;

/// <summary>A small layer, its descriptor and its DiffID.</summary>
internal sealed record LayerSample(byte[] Blob, Descriptor Descriptor, Digest DiffId, byte[] Archive)
{
    public static LayerSample Gzip(byte[]? archive = null, byte[]? after = null)
    {
        archive ??= new TarBytes().Add("a", content: TarBytes.Ascii("content of a")).Add("b", content: new byte[3000]).End().ToArray();
        var blob = new MemoryStream();
        using (var gzip = new GZipStream(blob, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(archive);
        }
        blob.Write(after ?? []);
        return Of(blob.ToArray(), archive, MediaTypes.LayerGzip);
    }

    public static LayerSample Plain()
    {
        LayerSample gzip = Gzip();
        return Of(gzip.Archive, gzip.Archive, MediaTypes.Layer);
    }

    public static LayerSample Of(byte[] blob, byte[] archive, MediaType mediaType) =>
        new(blob, Descriptor.Create(mediaType, blob), Digest.Compute(archive), archive);
}
