using System.Formats.Tar;
using System.IO.Compression;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Interop.Tests.Registry;

/// <summary>A small image in an OCI layout, written by hand: one gzip layer with one file.</summary>
internal static class TestImage
{
    public static void Write(string layout, string tag)
    {
        byte[] tar = TarOf("hello.txt", "hello from a layer\n"u8.ToArray());
        byte[] layer = Gzip(tar);
        byte[] config = System.Text.Encoding.UTF8.GetBytes(
            $$$"""{"architecture":"{{{Platform.Current.Architecture}}}","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["{{{Digest.Compute(tar)}}}"]}}""");
        byte[] manifest = new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            Config = Descriptor.Create(MediaTypes.ImageConfig, config),
            Layers = [Descriptor.Create(MediaTypes.LayerGzip, layer)],
        }.ToUtf8Bytes();
        Directory.CreateDirectory(Path.Combine(layout, "blobs", "sha256"));
        foreach (byte[] blob in (byte[][])[layer, config, manifest])
        {
            File.WriteAllBytes(Path.Combine(layout, "blobs", "sha256", Digest.Compute(blob).Hex.ToString()), blob);
        }
        byte[] index = new ImageIndex
        {
            Manifests = [Descriptor.Create(MediaTypes.ImageManifest, manifest) with { Annotations = new Dictionary<string, string> { ["org.opencontainers.image.ref.name"] = tag } }],
        }.ToUtf8Bytes();
        File.WriteAllBytes(Path.Combine(layout, "index.json"), index);
        File.WriteAllText(Path.Combine(layout, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
    }

    /// <summary>The digests of a layout's blobs.</summary>
    public static string[] BlobsOf(string layout) =>
        [.. Directory.EnumerateFiles(Path.Combine(layout, "blobs", "sha256")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static byte[] TarOf(string name, byte[] content)
    {
        var buffer = new MemoryStream();
        using (var writer = new TarWriter(buffer, TarEntryFormat.Ustar, leaveOpen: true))
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        }
        return buffer.ToArray();
    }

    private static byte[] Gzip(byte[] content)
    {
        var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }
        return buffer.ToArray();
    }
}
