using System.Text;
using Oci.Image;
using Oci.Image.Configuration;
using Oci.Image.Layouts;
using Oci.Image.Manifests;
using Oci.Image.Validation;

namespace Oci.Interop.Tests.Layouts;

/// <summary>Good and broken layouts, judged by oci-image-tool and by this library.</summary>
public sealed class LayoutValidationTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("nothing", true)]
    [InlineData("no header", false)]
    [InlineData("header without version", false)]
    [InlineData("header of version 2", false)]
    [InlineData("no index", false)]
    [InlineData("index of another type", false)]
    [InlineData("no blobs", false)]
    [InlineData("manifest missing", false)]
    [InlineData("manifest changed", false)]
    [InlineData("manifest of another size", false)]
    [InlineData("manifest without config", false)]
    [InlineData("config missing", false)]
    [InlineData("config changed", false)]
    [InlineData("layer missing", false)]
    [InlineData("layer changed", false)]
    [InlineData("layer truncated", false)]
    [InlineData("annotation is a number", false)]
    [InlineData("blob that nothing refers to", true)]
    public async Task Validate_OfALayout_BothSayTheSame(string fault, bool isValid)
    {
        (bool tool, ValidationReport ours) = await JudgeAsync(fault);

        Assert.Equal(isValid, tool);
        Assert.True(isValid == ours.IsValid, string.Join('\n', ours.Findings));
    }

    // oci-image-tool 1.0.0-rc1 is of 2018 and takes these. Each is an error here because:
    [Theory]
    // two readers of such a document see two images (CVE-2021-41190, and RFC 8259 on names that are not unique)
    [InlineData("manifest is an index at once", "manifest-is-index")]
    [InlineData("member twice", "json-duplicate-member")]
    // the tool hashes the blob and does not look at the DiffID, which names what is unpacked
    [InlineData("other DiffID", "layer-diff-id")]
    [InlineData("one DiffID too many", "config-layer-count")]
    // the tool reads the config without the schema that it has for it
    [InlineData("config without os", "config-os-required")]
    // a blob that nothing lists is not looked at by the tool; image-layout.md wants all of them to match their names
    [InlineData("blob under another name", "layout-blob-content")]
    [InlineData("file among the blobs", "layout-blob-name")]
    public async Task Validate_OfALayout_OursIsStricter(string fault, string rule)
    {
        (bool tool, ValidationReport ours) = await JudgeAsync(fault);

        Assert.True(tool);
        Assert.Contains(ours.Findings, finding => finding.Rule.Id == rule && finding.Severity == ValidationSeverity.Error);
    }

    // The schemas of image-spec 1.0, which the tool has, want a layer; those of 1.1 do not, and it is a warning here.
    [Fact]
    public async Task Validate_OfALayoutWithoutLayers_TheToolIsStricter()
    {
        (bool tool, ValidationReport ours) = await JudgeAsync("no layers");

        Assert.False(tool);
        Assert.True(ours.IsValid, string.Join('\n', ours.Findings));
    }

    private async Task<(bool Tool, ValidationReport Ours)> JudgeAsync(string fault)
    {
        string tool = Requires.Tool("oci-image-tool");
        OciLayout layout = await OciLayout.CreateAsync(_temp.Combine("layout"));
        Descriptor manifest = await SampleImages.AddAsync(layout, SampleImages.Amd64, "hello");
        manifest = await SpoilDocumentsAsync(layout, manifest, fault);
        await layout.TagAsync(manifest, "v1");
        ImageManifest? parts = fault.StartsWith("config ", StringComparison.Ordinal) || fault.StartsWith("layer ", StringComparison.Ordinal) ? await layout.ReadManifestAsync(manifest) : null;
        await SpoilFilesAsync(layout, manifest, parts, fault);

        ToolResult result = await ToolResult.RunAsync(tool, ["validate", "--type", "image", "--ref", "name=v1", layout.Path]);
        return (result.ExitCode == 0, await LayoutValidator.ValidateAsync(layout.Path));
    }

    // Documents that are wrong in themselves, and right by their digests.
    private static async Task<Descriptor> SpoilDocumentsAsync(OciLayout layout, Descriptor manifest, string fault)
    {
        ImageManifest image = ImageManifest.Parse(await layout.ReadAsync(manifest));
        ImageConfig config = ImageConfig.Parse(await layout.ReadAsync(image.Config));
        byte[]? newConfig = fault switch
        {
            "other DiffID" => (config with { RootFs = new RootFs { DiffIds = [Digest.Compute("other"u8)] } }).ToUtf8Bytes(),
            "one DiffID too many" => (config with { RootFs = new RootFs { DiffIds = [.. config.RootFs.DiffIds, Digest.Compute("other"u8)] } }).ToUtf8Bytes(),
            "no layers" => (config with { RootFs = new RootFs { DiffIds = [] }, History = null }).ToUtf8Bytes(),
            "config without os" => Replace(config.ToUtf8Bytes(), "\"os\":\"linux\"", "\"xs\":\"linux\""),
            _ => null,
        };
        if (newConfig is not null)
        {
            image = image with { Config = await layout.AddAsync(MediaTypes.ImageConfig, newConfig), Layers = fault == "no layers" ? [] : image.Layers };
        }
        byte[] document = image.ToUtf8Bytes();
        document = fault switch
        {
            "manifest is an index at once" => Replace(document, "{\"schemaVersion\":2", "{\"schemaVersion\":2,\"manifests\":[]"),
            "member twice" => Replace(document, "{\"schemaVersion\":2", "{\"schemaVersion\":2,\"schemaVersion\":2"),
            "annotation is a number" => Replace(document, "\"sample\"", "1"),
            "manifest without config" => Replace(document, "\"config\":", "\"konfig\":"),
            _ => document,
        };
        // As any blob: no store takes such manifests.
        return (await layout.AddAsync(MediaTypes.OctetStream, document)) with { MediaType = MediaTypes.ImageManifest };
    }

    private static async Task SpoilFilesAsync(OciLayout layout, Descriptor manifest, ImageManifest? parts, string fault)
    {
        string Blob(Descriptor descriptor) => Path.Combine(layout.Path, "blobs", "sha256", descriptor.Digest.Hex.ToString());
        string header = Path.Combine(layout.Path, "oci-layout");
        string index = Path.Combine(layout.Path, "index.json");
        string target = fault.Split(' ')[0] switch
        {
            "manifest" => Blob(manifest),
            "config" => Blob(parts!.Config),
            "layer" => Blob(parts!.Layers[0]),
            _ => "",
        };
        switch (fault)
        {
            case "no header":
                File.Delete(header);
                break;
            case "header without version":
                File.WriteAllText(header, "{}");
                break;
            case "header of version 2":
                File.WriteAllText(header, """{"imageLayoutVersion":"2.0.0"}""");
                break;
            case "no index":
                File.Delete(index);
                break;
            case "index of another type":
                File.WriteAllText(index, File.ReadAllText(index).Replace("\"schemaVersion\":2", "\"schemaVersion\":\"2\""));
                break;
            case "no blobs":
                Directory.Delete(Path.Combine(layout.Path, "blobs"), recursive: true);
                break;
            case "manifest of another size":
                File.WriteAllText(index, File.ReadAllText(index).Replace($"\"size\":{manifest.Size}", $"\"size\":{manifest.Size - 1}"));
                break;
            case "manifest missing" or "config missing" or "layer missing":
                File.Delete(target);
                break;
            case "manifest changed" or "config changed" or "layer changed":
                byte[] content = File.ReadAllBytes(target);
                content[content.Length / 2] ^= 1;
                File.WriteAllBytes(target, content);
                break;
            case "layer truncated":
                File.WriteAllBytes(target, File.ReadAllBytes(target)[..^3]);
                break;
            case "blob that nothing refers to":
                await layout.AddAsync(MediaTypes.OctetStream, "alone"u8.ToArray());
                break;
            case "blob under another name":
                File.WriteAllText(Blob(Descriptor.Create(MediaTypes.OctetStream, "alone"u8)), "changed");
                break;
            case "file among the blobs":
                File.WriteAllText(Path.Combine(layout.Path, "blobs", "sha256", "README"), "");
                break;
        }
    }

    private static byte[] Replace(byte[] document, string before, string after)
    {
        string text = Encoding.UTF8.GetString(document);
        Assert.Contains(before, text);
        return Encoding.UTF8.GetBytes(text.Replace(before, after));
    }
}
