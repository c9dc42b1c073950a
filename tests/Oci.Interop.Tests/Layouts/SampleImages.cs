using System.Formats.Tar;
using System.IO.Compression;
using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Configuration;
using Oci.Image.Layouts;
using Oci.Image.Manifests;

namespace Oci.Interop.Tests.Layouts;

/// <summary>Images that are given to other tools. Their layers are made by the BCL, so that only layouts are on trial.</summary>
internal static class SampleImages
{
    public static readonly Platform Amd64 = new() { Os = "linux", Architecture = "amd64" };
    public static readonly Platform Arm64 = new() { Os = "linux", Architecture = "arm64", Variant = "v8" };

    public static async Task<Descriptor> AddAsync(OciLayout layout, Platform platform, string text)
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "etc/") { Mode = (UnixFileMode)0b111_101_101 });
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "etc/hello") { DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)) });
        }
        await using ContentWriter blob = await layout.CreateAsync();
        await using (var gzip = new GZipStream(blob, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(tar.ToArray());
        }
        Descriptor layer = await blob.CommitAsync(MediaTypes.LayerGzip);
        var builder = new ImageBuilder(platform)
        {
            Config = new ContainerConfig { Cmd = ["/bin/sh"], Env = ["PATH=/bin"], WorkingDir = "/" },
            Created = DateTimeOffset.UnixEpoch,
        };
        builder.Annotations[AnnotationKeys.Title] = "sample";
        return await builder.AddLayer(layer, Digest.Compute(tar.ToArray())).BuildAsync(layout);
    }

    public static async Task<Descriptor> AddIndexAsync(OciLayout layout)
    {
        var index = new ImageIndex
        {
            MediaType = MediaTypes.ImageIndex,
            Manifests = [await AddAsync(layout, Amd64, "amd64"), await AddAsync(layout, Arm64, "arm64")],
        };
        return await layout.AddAsync(MediaTypes.ImageIndex, index.ToUtf8Bytes());
    }

    /// <summary>Reads every blob of an image through, which verifies it, and the DiffIDs of its layers.</summary>
    public static async Task VerifyAsync(OciImage image)
    {
        foreach (ImageLayer layer in image.Layers)
        {
            await using Stream blob = await image.Source.OpenAsync(layer.Descriptor);
            byte[] magic = new byte[2];
            await using Stream again = await image.Source.OpenAsync(layer.Descriptor);
            await again.ReadExactlyAsync(magic);
            Stream tar = magic is [0x1f, 0x8b] ? new GZipStream(blob, CompressionMode.Decompress) : blob;
            byte[] hash = await System.Security.Cryptography.SHA256.HashDataAsync(tar);
            Assert.Equal(layer.DiffId, Digest.FromHash(DigestAlgorithm.Sha256, hash));
        }
    }
}
