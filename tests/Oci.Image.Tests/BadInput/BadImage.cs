using System.IO.Compression;
using System.Text;
using Oci.Image.Configuration;
using Oci.Image.Layouts;
using Oci.Image.Manifests;
using Oci.Image.Tests.RootFilesystems;

namespace Oci.Image.Tests.BadInput;

/// <summary>An image of one gzip layer in a layout on disk, spoiled in one way.</summary>
internal sealed class BadImage
{
    private readonly string _directory;
    private readonly OciLayout _layout;

    private BadImage(string directory, OciLayout layout)
    {
        _directory = directory;
        _layout = layout;
    }

    /// <summary>What is wrong with the layer's blob, with the manifest that names it, or with the archive inside.</summary>
    public static async Task<OciLayout> MakeAsync(string directory, string fault)
    {
        OciLayout layout = await OciLayout.CreateAsync(directory);
        await new BadImage(directory, layout).MakeAsync(fault);
        return await OciLayout.OpenAsync(directory);
    }

    private async Task MakeAsync(string fault)
    {
        byte[] archive = Archive(fault).ToArray();
        Descriptor layer = await _layout.AddAsync(MediaTypes.LayerGzip, Compress(fault == "tar cut short" ? archive[..1300] : archive));
        Digest diffId = Digest.Compute(fault switch { "other DiffID" => [1, 2, 3], "tar cut short" => archive.AsSpan(0, 1300), _ => archive });
        byte[] config = new ImageConfig { Os = "linux", Architecture = "amd64", RootFs = new RootFs { DiffIds = [diffId] } }.ToUtf8Bytes();
        var image = new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            Config = await _layout.AddAsync(MediaTypes.ImageConfig, fault == "config is no JSON" ? "{\"os\":"u8.ToArray() : config),
            Layers = [fault switch
            {
                "size too small" => layer with { Size = layer.Size - 1 },
                "size too large" => layer with { Size = layer.Size + 1 },
                "other digest" => layer with { Digest = await AddOtherAsync((int)layer.Size) },
                _ => layer,
            }],
        };
        Descriptor manifest = await _layout.AddAsync(MediaTypes.ImageManifest, image.ToUtf8Bytes());
        await _layout.TagAsync(manifest, "v1");
        Spoil(fault, BlobOf(fault.StartsWith("manifest", StringComparison.Ordinal) ? manifest : layer));
    }

    // Changes of the files, which no store would make.
    private static void Spoil(string fault, string blob)
    {
        byte[] content = File.ReadAllBytes(blob);
        switch (fault)
        {
            case "layer truncated" or "manifest truncated":
                File.WriteAllBytes(blob, content[..(content.Length / 2)]);
                break;
            case "layer flipped early" or "manifest flipped":
                content[content.Length / 3] ^= 4;
                File.WriteAllBytes(blob, content);
                break;
            case "layer flipped in its trailer":
                content[^2] ^= 4;
                File.WriteAllBytes(blob, content);
                break;
            case "layer longer":
                File.WriteAllBytes(blob, [.. content, 0]);
                break;
            case "layer missing":
                File.Delete(blob);
                break;
        }
    }

    private static LayerBytes Archive(string fault)
    {
        // Read-only, so that what was unpacked is not easily removed again; the good one is left for the test to remove.
        LayerBytes good = new LayerBytes().Directory("etc", fault == "nothing" ? "0000755" : "0000500").File("etc/passwd", "root").SymbolicLink("up", "../../..").SymbolicLink("abs", "/");
        return fault switch
        {
            "name with .." => good.File("etc/../../outside", "x"),
            "absolute name" => good.File("/outside", "x"),
            "hardlink with .." => good.HardLink("h", "../outside"),
            "hardlink through a link" => good.HardLink("h", "up/outside"),
            "hardlink by an absolute name" => good.HardLink("h", "/etc/passwd"),
            "link loop" => good.SymbolicLink("a", "b").SymbolicLink("b", "a").File("a/x", "x"),
            "root is a link" => good.SymbolicLink("./", "/"),
            _ => good,
        };
    }

    private async Task<Digest> AddOtherAsync(int size)
    {
        Descriptor other = await _layout.AddAsync(MediaTypes.OctetStream, Encoding.ASCII.GetBytes(new string('x', size)));
        File.WriteAllText(BlobOf(other), new string('y', size));
        return other.Digest;
    }

    private string BlobOf(Descriptor descriptor) => Path.Combine(_directory, "blobs", "sha256", descriptor.Digest.Hex.ToString());

    private static byte[] Compress(byte[] archive)
    {
        var blob = new MemoryStream();
        using (var gzip = new GZipStream(blob, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(archive);
        }
        return blob.ToArray();
    }
}
