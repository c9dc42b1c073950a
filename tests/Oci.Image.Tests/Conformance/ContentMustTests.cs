using System.Text;
using Oci.Image.Building;
using Oci.Image.Configuration;
using Oci.Image.Layouts;
using Oci.Image.Manifests;
using Oci.Image.RootFilesystems;
using Oci.Image.Tests.Layers;
using Oci.Image.Tests.RootFilesystems;
using Oci.Image.Validation;

namespace Oci.Image.Tests.Conformance;

/// <summary>Demands of image-spec on what stores and reads content.</summary>
public sealed class ContentMustTests : IDisposable
{
    private static readonly MediaType s_unknown = MediaType.Parse("application/vnd.example.never-seen.v9+json");

    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    [Must(
        "manifest.md#image-manifest-property-descriptions-5",
        "manifest.md#image-manifest-property-descriptions-7",
        "manifest.md#image-manifest-property-descriptions-15",
        "image-index.md#image-index-property-descriptions-6",
        "considerations.md#extensibility-1",
        "considerations.md#extensibility-2",
        "descriptor.md#embedded-content-1")]
    public async Task Stores_OfWhatTheyDoNotKnow_KeepTheBytes()
    {
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        Descriptor blob = await layout.AddAsync(s_unknown, "no JSON at all"u8.ToArray());
        Descriptor manifest = await AddAsync(layout, MediaTypes.ImageManifest, $$"""
            { "schemaVersion" : 2, "artifactType": "{{s_unknown}}", "config": {{Json(blob)}}, "layers": [{{Json(blob)}}], "neverSeen": {"a": [1]} }
            """);
        Descriptor other = await AddAsync(layout, s_unknown, "{\"a\" : 1}");
        Descriptor index = await AddAsync(layout, MediaTypes.ImageIndex, $$"""
            { "schemaVersion" : 2, "manifests": [{{Json(manifest)}}, {{Json(other)}}, {{Json(blob)}}], "neverSeen": true }
            """);
        await layout.TagAsync(index, "v1");
        await layout.TagAsync(other, "other");

        OciLayout again = await OciLayout.OpenAsync(_temp.Path);
        var memory = new MemoryContentStore();
        foreach (Descriptor each in (Descriptor[])[blob, manifest, other, index])
        {
            byte[] content = await again.ReadAsync(each);
            await memory.AddAsync(each, new MemoryStream(content));
            // No store fills data in, or writes a document anew.
            Assert.Equal(content, await memory.ReadAsync(each));
        }
        Assert.Equal(other.Digest, (await again.ResolveAsync("other"))!.Digest);
        Assert.True((await ImageValidator.ValidateAsync(again, index)).IsValid);
    }

    [Fact]
    [Must("manifest.md#image-manifest-property-descriptions-6")]
    public async Task Validate_OfAConfigOfAnUnknownType_DoesNotParseIt()
    {
        var store = new MemoryContentStore();
        Descriptor config = await store.AddAsync(s_unknown, "{\"architecture\": this is no JSON"u8.ToArray());
        Descriptor manifest = await AddAsync(store, MediaTypes.ImageManifest, $$"""{"schemaVersion":2,"config":{{Json(config)}},"layers":[]}""");

        Assert.True((await ImageValidator.ValidateAsync(store, manifest)).IsValid);
        Assert.Contains("artifact", (await Assert.ThrowsAsync<OciImageException>(() => OciImage.OpenAsync(store, manifest))).Message);
    }

    [Fact]
    [Must("config.md#properties-3")]
    public async Task OpenAndValidate_OfAnotherRootFsType_AreErrors()
    {
        var store = new MemoryContentStore();
        Descriptor config = await AddAsync(store, MediaTypes.ImageConfig, """{"architecture":"amd64","os":"linux","rootfs":{"type":"layers+base","diff_ids":[]}}""");
        Descriptor manifest = await AddAsync(store, MediaTypes.ImageManifest, $$"""{"schemaVersion":2,"config":{{Json(config)}},"layers":[]}""");

        Assert.Equal("$.rootfs.type", (await Assert.ThrowsAsync<InvalidDocumentException>(() => OciImage.OpenAsync(store, manifest))).JsonPath);
        Assert.False((await ImageValidator.ValidateAsync(store, manifest)).IsValid);
    }

    [Fact]
    [Must("descriptor.md#sha-256-3")]
    public async Task OpenAsync_OfOtherContent_VerifiesSha256()
    {
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        Descriptor blob = await layout.AddAsync(MediaTypes.OctetStream, "good"u8.ToArray());
        File.WriteAllText(_temp.Combine("blobs", "sha256", blob.Digest.Hex.ToString()), "evil");

        var e = await Assert.ThrowsAsync<ContentMismatchException>(() => layout.ReadAsync(blob));

        Assert.Equal(Digest.Compute("evil"u8), e.Actual);
    }

    [Theory]
    [Must("image-layout.md#content-1", "image-layout.md#content-2", "image-layout.md#content-3", "image-layout.md#content-4", "image-layout.md#content-5", "image-layout.md#content-6", "image-layout.md#blobs-1", "image-layout.md#blobs-2")]
    [InlineData("blobs", null, "layout-blobs-required")]
    [InlineData("oci-layout", null, "layout-header-required")]
    [InlineData("oci-layout", "[]", "json-type")]
    [InlineData("oci-layout", "{}", "layout-header-version")]
    [InlineData("index.json", null, "layout-index-required")]
    [InlineData("index.json", "{}", "index-manifests-required")]
    [InlineData("blobs/sha256/44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", "changed", "layout-blob-content")]
    [InlineData("blobs/sha256/no-digest", "", "layout-blob-name")]
    [InlineData("blobs/NO/44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", "{}", "layout-blob-name")]
    public async Task Layouts_AreWrittenAsTheSpecWants_AndFoundOutWhereTheyAreNot(string path, string? content, string rule)
    {
        OciLayout layout = await OciLayout.CreateAsync(_temp.Path);
        await layout.AddAsync(MediaTypes.Empty, "{}"u8.ToArray());
        Assert.True((await LayoutValidator.ValidateAsync(_temp.Path)).IsValid);

        string file = _temp.Combine(path);
        if (content is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, content);
        }
        else if (Directory.Exists(file))
        {
            Directory.Delete(file, recursive: true);
        }
        else
        {
            File.Delete(file);
        }

        Assert.Contains((await LayoutValidator.ValidateAsync(_temp.Path)).Findings, f => f.Rule.Id == rule && f.Severity == ValidationSeverity.Error);
    }

    [Fact]
    [Must(
        "manifest.md#image-manifest-property-descriptions-8",
        "manifest.md#image-manifest-property-descriptions-11",
        "manifest.md#image-manifest-property-descriptions-12",
        "manifest.md#image-manifest-property-descriptions-13",
        "manifest.md#image-manifest-property-descriptions-14",
        "image-index.md#image-index-property-descriptions-5")]
    public async Task Images_OfEveryTypeOfLayer_AreUnpackedInTheirOrder()
    {
        Requires.Linux();
        var store = new MemoryContentStore();
        var builder = new ImageBuilder { Config = new ContainerConfig { Cmd = ["/x"] } };
        MediaType[] types = [MediaTypes.Layer, MediaTypes.LayerGzip, MediaTypes.LayerNondistributable, MediaTypes.LayerNondistributableGzip];
        for (int i = 0; i < types.Length; i++)
        {
            byte[] tar = new LayerBytes().File("last", $"{i}").File($"file{i}", $"{types[i]}").ToArray();
            byte[] blob = types[i].ToString().EndsWith("gzip", StringComparison.Ordinal) ? LayerSample.Gzip(tar).Blob : tar;
            builder.AddLayer(await store.AddAsync(types[i], blob), Digest.Compute(tar));
        }
        Descriptor index = await TestContent.AddIndexAsync(store, await builder.BuildAsync(store));

        OciImage image = await OciImage.OpenAsync(store, index);
        await new ImageUnpacker(new UnpackOptions { Ownership = OwnershipPolicy.Ignore }).UnpackAsync(image, _temp.Combine("root"));

        Assert.Equal(types, image.Layers.Select(layer => layer.Descriptor.MediaType));
        Assert.Equal("3", File.ReadAllText(_temp.Combine("root", "last")));
        Assert.All(Enumerable.Range(0, types.Length), i => Assert.Equal($"{types[i]}", File.ReadAllText(_temp.Combine("root", $"file{i}"))));
        Assert.True((await ImageValidator.ValidateAsync(store, index)).IsValid);
    }

    private static string Json(Descriptor descriptor) => $$"""{"mediaType":"{{descriptor.MediaType}}","digest":"{{descriptor.Digest}}","size":{{descriptor.Size}}}""";

    private static Task<Descriptor> AddAsync(IContentStore store, MediaType mediaType, string json) => TestContent.AddAsync(store, mediaType, Encoding.UTF8.GetBytes(json));
}
