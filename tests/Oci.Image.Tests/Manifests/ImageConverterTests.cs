using System.Text;
using Oci.Image.Compression;
using Oci.Image.Configuration;
using Oci.Image.Layers;
using Oci.Image.Manifests;
using Oci.Image.Tar;

namespace Oci.Image.Tests.Manifests;

public sealed class ImageConverterTests
{
    private static readonly ImageConversionOptions Dropping = new() { DropUnsupported = true };

    private readonly MemoryContentStore _store = new();

    [Fact]
    public async Task ConvertAsync_OfAnIndexThereAndBack_GivesTheSameDigest()
    {
        Descriptor amd64 = await AddAsync(Manifest(await AddConfigAsync("amd64"), Layer("a", MediaTypes.LayerGzip), Layer("b", MediaTypes.Layer)));
        Descriptor arm64 = await AddAsync(Manifest(await AddConfigAsync("arm64"), Layer("a", MediaTypes.LayerGzip)));
        Descriptor index = await TestContent.AddIndexAsync(_store, amd64 with { Platform = Platform("amd64") }, arm64 with { Platform = Platform("arm64") });

        ImageConversion docker = await ImageConverter.ConvertAsync(_store, index, _store, ImageFormat.Docker);
        ImageConversion oci = await ImageConverter.ConvertAsync(_store, docker.Root, _store, ImageFormat.Oci);

        Assert.Equal(MediaTypes.DockerManifestList, docker.Root.MediaType);
        Assert.Empty(docker.Dropped);
        Assert.NotEqual(index.Digest, docker.Root.Digest);
        Assert.Equal(index, oci.Root);
        ImageIndex list = await _store.ReadIndexAsync(docker.Root);
        Assert.All(list.Manifests, m => Assert.Equal(MediaTypes.DockerManifest, m.MediaType));
        Assert.Equal(["amd64", "arm64"], list.Manifests.Select(m => m.Platform!.Architecture));
        ImageManifest manifest = await _store.ReadManifestAsync(list.Manifests[0]);
        Assert.Equal(MediaTypes.DockerImageConfig, manifest.Config.MediaType);
        Assert.Equal([MediaTypes.DockerLayerGzip, MediaTypes.DockerLayer], manifest.Layers.Select(l => l.MediaType));
        // The layers are not even there: what is not read need not be.
        Assert.False(await _store.ExistsAsync(manifest.Layers[0]));
    }

    [Theory]
    [InlineData(ImageFormat.Oci)]
    [InlineData(ImageFormat.Docker)]
    public async Task ConvertAsync_ToTheFormatThatItHas_ChangesNoByte(ImageFormat format)
    {
        ImageManifest manifest = Manifest(await AddConfigAsync("amd64"), Layer("a", MediaTypes.LayerZstd)) with { Annotations = new Dictionary<string, string> { ["k"] = "v" } };
        string json = Encoding.UTF8.GetString(manifest.ToUtf8Bytes()).Replace("{", "{ ", StringComparison.Ordinal);
        json = format == ImageFormat.Docker
            ? json.Replace(MediaTypes.ImageManifest.ToString(), MediaTypes.DockerManifest.ToString(), StringComparison.Ordinal)
            : json.Replace($"\"mediaType\":\"{MediaTypes.ImageManifest}\",", "", StringComparison.Ordinal);
        Descriptor root = await TestContent.AddAsync(_store, format == ImageFormat.Docker ? MediaTypes.DockerManifest : MediaTypes.ImageManifest, Encoding.UTF8.GetBytes(json));
        var destination = new MemoryContentStore();

        ImageConversion same = await ImageConverter.ConvertAsync(_store, root, destination, format);

        Assert.Equal(root, same.Root);
        Assert.True(await destination.ExistsAsync(root));
    }

    [Fact]
    public async Task ConvertAsync_OfForeignLayers_KeepsTheirUrls()
    {
        Descriptor foreign = Layer("far", MediaTypes.LayerNondistributableGzip) with { Urls = ["https://example.org/far"] };
        Descriptor root = await AddAsync(Manifest(await AddConfigAsync("amd64"), foreign));

        ImageConversion docker = await ImageConverter.ConvertAsync(_store, root, _store, ImageFormat.Docker);
        ImageConversion oci = await ImageConverter.ConvertAsync(_store, docker.Root, _store, ImageFormat.Oci);

        Descriptor layer = Assert.Single((await _store.ReadManifestAsync(docker.Root)).Layers);
        Assert.Equal(MediaTypes.DockerForeignLayer, layer.MediaType);
        Assert.Equal(foreign.Urls, layer.Urls);
        Assert.Equal(root.Digest, oci.Root.Digest);
    }

    [Theory]
    [InlineData("$.annotations")]
    [InlineData("$.artifactType")]
    [InlineData("$.subject")]
    [InlineData("$.config.annotations")]
    [InlineData("$.layers[0].annotations")]
    public async Task ConvertAsync_OfWhatDockerHasNoPlaceFor_RefusesOrDropsIt(string path)
    {
        var annotations = new Dictionary<string, string> { ["k"] = "v" };
        ImageManifest manifest = Manifest(await AddConfigAsync("amd64"), Layer("a", MediaTypes.LayerGzip));
        ImageManifest more = path switch
        {
            "$.annotations" => manifest with { Annotations = annotations },
            "$.artifactType" => manifest with { ArtifactType = "application/x-a" },
            "$.subject" => manifest with { Subject = Layer("s", MediaTypes.ImageManifest) },
            "$.config.annotations" => manifest with { Config = manifest.Config with { Annotations = annotations } },
            _ => manifest with { Layers = [manifest.Layers[0] with { Annotations = annotations }] },
        };
        Descriptor plain = await AddAsync(manifest);
        Descriptor root = await AddAsync(more);

        var e = await Assert.ThrowsAsync<ImageConversionException>(() => ImageConverter.ConvertAsync(_store, root, _store, ImageFormat.Docker));
        ImageConversion dropped = await ImageConverter.ConvertAsync(_store, root, _store, ImageFormat.Docker, Dropping);

        Assert.Equal(path, e.JsonPath);
        Assert.Equal(root, e.Document);
        Assert.Equal([new DroppedMember(root, path)], dropped.Dropped);
        Assert.Equal((await ImageConverter.ConvertAsync(_store, plain, _store, ImageFormat.Docker)).Root.Digest, dropped.Root.Digest);
    }

    [Theory]
    [InlineData("application/vnd.oci.image.layer.nondistributable.v1.tar")]
    [InlineData("application/vnd.oci.image.layer.nondistributable.v1.tar+zstd")]
    [InlineData("application/vnd.oci.image.layer.v1.tar+encrypted")]
    public async Task ConvertAsync_OfALayerTypeThatDockerLacks_Refuses(string mediaType)
    {
        Descriptor root = await AddAsync(Manifest(await AddConfigAsync("amd64"), Layer("a", MediaType.Parse(mediaType))));

        var e = await Assert.ThrowsAsync<ImageConversionException>(() => ImageConverter.ConvertAsync(_store, root, _store, ImageFormat.Docker, Dropping));

        Assert.Equal("$.layers[0].mediaType", e.JsonPath);
        Assert.Contains(mediaType, e.Message);
    }

    [Fact]
    public async Task ConvertAsync_OfAnArtifact_Refuses()
    {
        Descriptor root = await AddAsync(Manifest(await TestContent.AddAsync(_store, MediaTypes.Empty, "{}"u8.ToArray())));

        var e = await Assert.ThrowsAsync<ImageConversionException>(() => ImageConverter.ConvertAsync(_store, root, _store, ImageFormat.Docker, Dropping));

        Assert.Equal("$.config.mediaType", e.JsonPath);
    }

    [Fact]
    public async Task ConvertAsync_OfAnIndexWithMoreThanImages_RefusesOrDropsThem()
    {
        Descriptor image = await AddAsync(Manifest(await AddConfigAsync("arm64"), Layer("a", MediaTypes.LayerGzip)));
        Descriptor attestation = await AddAsync(Manifest(await AddConfigAsync("unknown"), Layer("att", MediaTypes.LayerGzip))) with { Platform = new Platform { Os = "unknown", Architecture = "unknown" } };
        Descriptor artifact = await AddAsync(Manifest(await TestContent.AddAsync(_store, MediaTypes.Empty, "{}"u8.ToArray())));
        Descriptor index = await TestContent.AddIndexAsync(_store, attestation, image, artifact);

        var e = await Assert.ThrowsAsync<ImageConversionException>(() => ImageConverter.ConvertAsync(_store, index, _store, ImageFormat.Docker));
        ImageConversion dropped = await ImageConverter.ConvertAsync(_store, index, _store, ImageFormat.Docker, Dropping);

        Assert.Equal("$.manifests[0]", e.JsonPath);
        Assert.Equal(["$.manifests[0]", "$.manifests[2]"], dropped.Dropped.Select(d => d.JsonPath));
        // The platform, which Docker demands, comes from the config.
        Assert.Equal("arm64", Assert.Single((await _store.ReadIndexAsync(dropped.Root)).Manifests).Platform!.Architecture);
    }

    [Fact]
    public async Task ConvertAsync_OfANestedIndex_RefusesForDocker()
    {
        Descriptor inner = await TestContent.AddIndexAsync(_store, await AddAsync(Manifest(await AddConfigAsync("amd64"))));
        Descriptor outer = await TestContent.AddIndexAsync(_store, inner);

        var e = await Assert.ThrowsAsync<ImageConversionException>(() => ImageConverter.ConvertAsync(_store, outer, _store, ImageFormat.Docker, Dropping));

        Assert.Equal("$.manifests[0]", e.JsonPath);
        Assert.Equal(outer, (await ImageConverter.ConvertAsync(_store, outer, _store, ImageFormat.Oci)).Root);
    }

    [Fact]
    public async Task ConvertAsync_OfAZstdLayer_RecompressesItOnlyWhenTold()
    {
        byte[] tar = await TarAsync();
        LayerDigests zstd;
        try
        {
            zstd = await AddLayerAsync(tar, ZstdCodec.Default);
        }
        catch (CompressionException)
        {
            Assert.Skip("Needs libzstd.");
            throw;
        }
        LayerDigests gzip = await AddLayerAsync(tar, GzipCodec.Default);
        Descriptor root = await AddAsync(Manifest(await AddConfigAsync("amd64", zstd.DiffId), zstd.Descriptor));

        var e = await Assert.ThrowsAsync<ImageConversionException>(() => ImageConverter.ConvertAsync(_store, root, _store, ImageFormat.Docker, Dropping));
        ImageConversion result = await ImageConverter.ConvertAsync(_store, root, _store, ImageFormat.Docker, new ImageConversionOptions { RecompressZstd = true });

        Assert.Contains("RecompressZstd", e.Message);
        RecompressedLayer layer = Assert.Single(result.Recompressed);
        Assert.Equal((zstd.Descriptor, gzip.Descriptor.Digest), (layer.Before, layer.After.Digest));
        OciImage image = await OciImage.OpenAsync(_store, result.Root);
        Assert.Equal(zstd.DiffId, image.Layers[0].DiffId);
        Assert.Equal(MediaTypes.DockerLayerGzip, image.Layers[0].Descriptor.MediaType);
    }

    [Fact]
    public async Task ConvertAsync_OfAZstdLayerThatIsNotItsDiffId_ThrowsAndWritesNoManifest()
    {
        LayerDigests zstd;
        try
        {
            zstd = await AddLayerAsync(await TarAsync(), ZstdCodec.Default);
        }
        catch (CompressionException)
        {
            Assert.Skip("Needs libzstd.");
            throw;
        }
        Descriptor root = await AddAsync(Manifest(await AddConfigAsync("amd64", Digest.Compute("other"u8)), zstd.Descriptor));
        var destination = new MemoryContentStore();

        await Assert.ThrowsAsync<ContentMismatchException>(() => ImageConverter.ConvertAsync(_store, root, destination, ImageFormat.Docker, new ImageConversionOptions { RecompressZstd = true }));

        Assert.Null(await destination.ResolveAsync(""));
    }

    [Fact]
    public async Task CombinedContentSource_ServesTheConvertedImageOverTheSource()
    {
        Descriptor root = await TestContent.AddImageAsync(_store, "a");
        await _store.TagAsync(root, "v1");
        var converted = new MemoryContentStore();
        ImageConversion result = await ImageConverter.ConvertAsync(_store, root, converted, ImageFormat.Docker);
        await converted.TagAsync(result.Root, "v2");

        var combined = new CombinedContentSource(converted, _store);
        OciImage image = await OciImage.OpenAsync(combined, "v2");

        Assert.Equal("layer of a"u8.ToArray(), await combined.ReadAsync(image.Layers[0].Descriptor));
        Assert.Equal(["v1", "v2"], await TestContent.ToListAsync(combined.ListTagsAsync()));
        Assert.True(await combined.ExistsAsync(root));
        await Assert.ThrowsAsync<ContentNotFoundException>(() => combined.OpenAsync(Layer("no", MediaTypes.Layer)));
        Assert.Null(await combined.ResolveAsync("v3"));
    }

    private static Platform Platform(string architecture) => new() { Os = "linux", Architecture = architecture };

    private static Descriptor Layer(string text, MediaType mediaType) => Descriptor.Create(mediaType, Encoding.UTF8.GetBytes(text));

    private static ImageManifest Manifest(Descriptor config, params IReadOnlyList<Descriptor> layers) =>
        new() { MediaType = MediaTypes.ImageManifest, Config = config, Layers = layers };

    private Task<Descriptor> AddAsync(ImageManifest manifest) => TestContent.AddAsync(_store, MediaTypes.ImageManifest, manifest.ToUtf8Bytes());

    private Task<Descriptor> AddConfigAsync(string architecture, params IReadOnlyList<Digest> diffIds) =>
        TestContent.AddAsync(_store, MediaTypes.ImageConfig, new ImageConfig { Os = "linux", Architecture = architecture, RootFs = new RootFs { DiffIds = diffIds } }.ToUtf8Bytes());

    private async Task<LayerDigests> AddLayerAsync(byte[] tar, CompressionCodec codec)
    {
        await using ContentWriter blob = await _store.CreateAsync();
        await using var layer = new LayerWriter(blob, new LayerWriterOptions { Codec = codec });
        await layer.Archive.WriteAsync(tar);
        LayerDigests digests = await layer.CompleteAsync();
        await blob.CommitAsync(digests.Descriptor.MediaType, digests.Descriptor.Digest);
        return digests;
    }

    private static async Task<byte[]> TarAsync()
    {
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            await writer.WriteEntryAsync(new TarHeader { Name = "a"u8.ToArray(), Size = 5 }, "hello"u8.ToArray());
            await writer.CompleteAsync();
        }
        return tar.ToArray();
    }
}
