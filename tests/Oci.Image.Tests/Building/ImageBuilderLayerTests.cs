using System.Text;
using Oci.Image.Building;
using Oci.Image.Compression;
using Oci.Image.Configuration;
using Oci.Image.Layers;
using Oci.Image.Manifests;

namespace Oci.Image.Tests.Building;

/// <summary>Layers that come, go and move, and the history that stays in step.</summary>
public sealed class ImageBuilderLayerTests
{
    private readonly MemoryContentStore _store = new();

    [Fact]
    public async Task InsertLayer_BetweenOthers_TakesItsPlaceInTheHistory()
    {
        ImageBuilder builder = await CreateAsync("a", "-env", "b", "-cmd");

        builder.InsertLayer(1, await LayerAsync("new"), new History { CreatedBy = "new" });

        Assert.Equal(["a", "-env", "new", "b", "-cmd"], Steps(builder));
        Assert.Equal(["a", "new", "b"], builder.Layers.Select(layer => layer.History.CreatedBy));
    }

    [Fact]
    public async Task InsertLayer_AtBothEnds_IsBottomAndTop()
    {
        ImageBuilder builder = await CreateAsync("-label", "a", "-cmd");

        builder.InsertLayer(0, await LayerAsync("low"), new History { CreatedBy = "low" }).InsertLayer(2, await LayerAsync("top"), new History { CreatedBy = "top" });

        Assert.Equal(["-label", "low", "a", "-cmd", "top"], Steps(builder));
    }

    [Fact]
    public async Task RemoveLayer_WithEmptyStepsAround_LeavesThose()
    {
        ImageBuilder builder = await CreateAsync("a", "-env", "b", "-cmd", "c");

        OciImage image = await OpenAsync(builder.RemoveLayer(1));

        Assert.Equal(["a", "-env", "-cmd", "c"], Steps(builder));
        Assert.Equal([Digest.Compute("a"u8), Digest.Compute("c"u8)], image.Layers.Select(layer => layer.DiffId));
    }

    [Fact]
    public async Task ReplaceLayer_WithoutHistory_KeepsWhatWasSaid()
    {
        ImageBuilder builder = await CreateAsync("a", "b");

        OciImage image = await OpenAsync(builder.ReplaceLayer(0, await LayerAsync("other")));

        Assert.Equal(["a", "b"], Steps(builder));
        Assert.Equal([Digest.Compute("other"u8), Digest.Compute("b"u8)], image.Layers.Select(layer => layer.DiffId));
    }

    [Fact]
    public async Task Layers_OfAnIndexThatIsNot_Throw()
    {
        ImageBuilder builder = await CreateAsync("a");
        LayerDigests layer = await LayerAsync("x");

        Assert.Throws<ArgumentOutOfRangeException>(() => builder.RemoveLayer(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.RemoveLayer(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.ReplaceLayer(1, layer));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.InsertLayer(2, layer));
    }

    [Fact]
    public async Task Edit_OfAnImageWithTooMuchHistory_TakesWhatIsOverForStepsWithoutALayer()
    {
        OciImage image = await ImageAsync([new History { CreatedBy = "a" }, new History { CreatedBy = "over" }], "a");

        var builder = ImageBuilder.Edit(image);

        Assert.Equal(["a", "-over"], Steps(builder));
    }

    [Fact]
    public async Task Edit_OfAnImageWithTooLittleHistory_FillsItUp()
    {
        OciImage image = await ImageAsync([new History { CreatedBy = "a" }], "a", "b");

        Assert.Equal(["a", ""], Steps(ImageBuilder.Edit(image)));
        Assert.Equal(["", ""], Steps(ImageBuilder.Edit(await ImageAsync(null, "a", "b"))));
    }

    [Fact]
    public async Task Edit_WithoutAChange_IsTheSameImageWhenItHasItsHistory()
    {
        OciImage image = await ImageAsync([new History { CreatedBy = "a" }], "a");

        Assert.Equal(image.Descriptor.Digest, (await ImageBuilder.Edit(image).BuildAsync(_store)).Digest);
    }

    [Fact]
    public async Task Edit_KeepsAnnotationsTimeAndUnknownMembers()
    {
        const string Manifest = """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"DIGEST","size":SIZE},"layers":[],"annotations":{"k":"v"},"x-member":1}""";
        byte[] config = """{"created":"2020-01-02T03:04:05Z","architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]},"x-config":true}"""u8.ToArray();
        Descriptor configDescriptor = await _store.AddAsync(MediaTypes.ImageConfig, config);
        byte[] manifest = Encoding.UTF8.GetBytes(Manifest.Replace("DIGEST", configDescriptor.Digest.ToString()).Replace("SIZE", $"{config.Length}"));
        OciImage image = await OciImage.OpenAsync(_store, await _store.AddAsync(MediaTypes.ImageManifest, manifest));
        var builder = ImageBuilder.Edit(image);
        builder.Config = builder.Config with { User = "web" };

        OciImage edited = await OpenAsync(builder);

        Assert.Equal("v", edited.Manifest.Annotations!["k"]);
        Assert.True(edited.Manifest.ExtensionData!.ContainsKey("x-member"));
        Assert.True(edited.Config.ExtensionData!.ContainsKey("x-config"));
        Assert.Equal(new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.Zero), edited.Config.Created);
        Assert.Equal("web", edited.Config.Config!.User);
    }

    [Fact]
    public async Task AddLayer_BeyondTheLimit_NamesIt()
    {
        LayerDigests layer = await LayerAsync("x");
        var builder = new ImageBuilder { MaxLayers = 1 };
        builder.AddLayer(layer);

        var e = Assert.Throws<InvalidOperationException>(() => builder.AddLayer(layer));

        Assert.Contains(nameof(ImageBuilder.MaxLayers), e.Message);
    }

    [Fact]
    public async Task BuildAsync_AnnotationsThatNoRegistryTakes_Throws()
    {
        var builder = new ImageBuilder();
        builder.Annotations["a"] = new string('x', ImageBuilder.MaxManifestSize);

        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => builder.BuildAsync(_store));

        Assert.Contains(nameof(ImageBuilder.MaxManifestSize), e.Message);
    }

    [Fact]
    public async Task BuildAsync_NondistributableLayerElsewhere_NeedNotBeInTheStore()
    {
        Descriptor layer = Descriptor.Create(MediaTypes.LayerNondistributableGzip, "elsewhere"u8) with { Urls = ["https://example.test/layer"] };

        OciImage image = await OpenAsync(new ImageBuilder().AddLayer(layer, Digest.Compute("plain"u8)));

        Assert.Equal(layer.Urls, image.Manifest.Layers[0].Urls);
        Assert.Equal(MediaTypes.LayerNondistributableGzip, image.Manifest.Layers[0].MediaType);
        await Assert.ThrowsAsync<ContentNotFoundException>(() => new ImageBuilder().AddLayer(layer with { Urls = null }, Digest.Compute("plain"u8)).BuildAsync(_store));
    }

    [Fact]
    public async Task BuildAsync_InDockersFormat_RefusesWhatItCannotSay()
    {
        Descriptor layer = Descriptor.Create(MediaTypes.LayerNondistributable, "elsewhere"u8) with { Urls = ["https://example.test/layer"] };

        await Assert.ThrowsAsync<InvalidOperationException>(() => new ImageBuilder { Format = ImageFormat.Docker }.AddLayer(layer, layer.Digest).BuildAsync(_store));
        await Assert.ThrowsAsync<InvalidOperationException>(() => new ImageBuilder { Format = ImageFormat.Docker, Subject = layer }.BuildAsync(_store));
    }

    [Fact]
    public async Task BuildAsync_WithRoomForData_EmbedsTheConfig()
    {
        OciImage with = await OpenAsync(new ImageBuilder { MaxEmbeddedSize = 4096 });
        OciImage without = await OpenAsync(new ImageBuilder { MaxEmbeddedSize = 10 });

        Assert.True(with.Manifest.Config.TryGetData(out ReadOnlyMemory<byte> data));
        Assert.Equal(with.ConfigBytes.ToArray(), data.ToArray());
        Assert.Null(without.Manifest.Config.Data);
    }

    [Fact]
    public async Task Platform_Set_IsInConfigAndDescriptor()
    {
        ImageBuilder builder = await CreateAsync("a");
        builder.Platform = new Platform { Os = "windows", Architecture = "arm64", Variant = "v8", OsVersion = "10.0.1", OsFeatures = ["win32k"] };

        Descriptor descriptor = await builder.BuildAsync(_store);

        Assert.Equal("windows/arm64/v8", descriptor.Platform!.ToString());
        Assert.Equal("10.0.1", (await OciImage.OpenAsync(_store, descriptor)).Config.OsVersion);
    }

    private async Task<OciImage> OpenAsync(ImageBuilder builder) => await OciImage.OpenAsync(_store, await builder.BuildAsync(_store));

    /// <summary>An image being edited; names that start with a dash are steps without a layer.</summary>
    private async Task<ImageBuilder> CreateAsync(params string[] steps)
    {
        History[] history = [.. steps.Select(step => new History { CreatedBy = step.TrimStart('-'), EmptyLayer = step.StartsWith('-') ? true : null })];
        return ImageBuilder.Edit(await ImageAsync(history, [.. steps.Where(step => !step.StartsWith('-'))]));
    }

    private async Task<OciImage> ImageAsync(IReadOnlyList<History>? history, params string[] layers)
    {
        var config = new ImageConfig
        {
            Os = "linux",
            Architecture = "amd64",
            Config = new ContainerConfig(),
            RootFs = new RootFs { DiffIds = [.. layers.Select(layer => Digest.Compute(Encoding.UTF8.GetBytes(layer)))] },
            History = history,
        };
        var manifest = new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            Config = await _store.AddAsync(MediaTypes.ImageConfig, config.ToUtf8Bytes()),
            Layers = [.. await Task.WhenAll(layers.Select(layer => _store.AddAsync(MediaTypes.Layer, Encoding.UTF8.GetBytes(layer))))],
        };
        return await OciImage.OpenAsync(_store, await _store.AddAsync(MediaTypes.ImageManifest, manifest.ToUtf8Bytes()));
    }

    private async Task<LayerDigests> LayerAsync(string text)
    {
        Descriptor layer = await _store.AddAsync(MediaTypes.Layer, Encoding.UTF8.GetBytes(text));
        return new LayerDigests { Descriptor = layer, DiffId = layer.Digest, UncompressedSize = layer.Size, Compression = CompressionAlgorithm.None };
    }

    private static IEnumerable<string> Steps(ImageBuilder builder) =>
        builder.History.Select(step => (step.EmptyLayer == true ? "-" : "") + step.CreatedBy);
}
