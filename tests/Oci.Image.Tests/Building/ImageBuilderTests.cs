using Oci.Image.Building;
using Oci.Image.Configuration;
using Oci.Image.Manifests;

namespace Oci.Image.Tests.Building;

public sealed class ImageBuilderTests
{
    private static readonly Platform Amd64 = new() { Os = "linux", Architecture = "amd64" };
    private readonly MemoryContentStore _store = new();

    [Fact]
    public async Task BuildAsync_ThenOpen_GivesTheImageBack()
    {
        Descriptor layer = await AddLayerAsync("layer");
        var builder = new ImageBuilder(Amd64) { Config = new ContainerConfig { Cmd = ["/bin/sh"] }, Author = "me" };
        builder.AddLayer(layer, layer.Digest).AddHistory(new History { CreatedBy = "CMD" });
        builder.Annotations["b"] = "1";
        builder.Annotations["a"] = "2";

        Descriptor descriptor = await builder.BuildAsync(_store);
        OciImage image = await OciImage.OpenAsync(_store, descriptor);

        Assert.Equal(["/bin/sh"], image.Config.Config!.Cmd);
        Assert.Equal(Amd64, descriptor.Platform);
        Assert.Equal([layer.Digest], image.Layers.Select(l => l.DiffId));
        Assert.Equal([null, true], image.Config.History!.Select(h => h.EmptyLayer));
        Assert.Equal(["a", "b"], image.Manifest.Annotations!.Keys);
        Assert.Equal(MediaTypes.ImageManifest, image.Manifest.MediaType);
    }

    [Fact]
    public async Task BuildAsync_TwiceAtOneTime_GivesTheSameDigest()
    {
        Descriptor layer = await AddLayerAsync("layer");
        async Task<Descriptor> BuildAsync() =>
            await new ImageBuilder(Amd64) { Created = DateTimeOffset.UnixEpoch }.AddLayer(layer, layer.Digest).BuildAsync(_store);

        Assert.Equal(await BuildAsync(), await BuildAsync());
    }

    [Fact]
    public async Task BuildAsync_WithoutATime_TakesTheClocksSeconds()
    {
        Descriptor descriptor = await new ImageBuilder(Amd64, new Clock()).BuildAsync(_store);

        OciImage image = await OciImage.OpenAsync(_store, descriptor);
        Assert.Equal(new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.Zero), image.Config.Created);
    }

    [Fact]
    public async Task BuildAsync_OnADockerBaseWithoutHistory_StaysDockersAndAlignsHistory()
    {
        OciImage baseImage = await AddDockerImageAsync();
        Descriptor top = await AddLayerAsync("top");

        Descriptor built = await new ImageBuilder(baseImage).AddLayer(top, top.Digest).BuildAsync(_store);

        OciImage image = await OciImage.OpenAsync(_store, built);
        Assert.Equal(MediaTypes.DockerManifest, image.Manifest.MediaType);
        Assert.Equal(MediaTypes.DockerImageConfig, image.Manifest.Config.MediaType);
        Assert.Equal([MediaTypes.DockerLayer, MediaTypes.DockerLayer], image.Manifest.Layers.Select(l => l.MediaType));
        Assert.Equal(2, image.Config.History!.Count);
        Assert.Equal(["A=B"], image.Config.Config!.Env);
    }

    [Fact]
    public async Task BuildAsync_OnADockerBaseAskedForOci_HasNoTypeOfDockers()
    {
        OciImage baseImage = await AddDockerImageAsync();

        OciImage image = await OciImage.OpenAsync(_store, await new ImageBuilder(baseImage) { Format = ImageFormat.Oci }.BuildAsync(_store));

        Assert.Equal(MediaTypes.ImageManifest, image.Descriptor.MediaType);
        Assert.Equal(MediaTypes.ImageConfig, image.Manifest.Config.MediaType);
        Assert.Equal([MediaTypes.Layer], image.Manifest.Layers.Select(l => l.MediaType));
    }

    [Fact]
    public async Task BuildAsync_WithALayerThatTheStoreLacks_NamesIt()
    {
        Descriptor layer = Descriptor.Create(MediaTypes.Layer, "nowhere"u8);

        var e = await Assert.ThrowsAsync<ContentNotFoundException>(() => new ImageBuilder(Amd64).AddLayer(layer, layer.Digest).BuildAsync(_store));

        Assert.Equal(layer.Digest.ToString(), e.Name);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1700000000", 1_700_000_000)]
    public void SourceDateEpoch_OfDigits_IsThatSecond(string text, long seconds) =>
        Assert.Equal(seconds, SourceDateEpoch.Parse(text).ToUnixTimeSeconds());

    [Theory]
    [InlineData("-1")]
    [InlineData(" 1")]
    [InlineData("1.5")]
    [InlineData("99999999999999999999")]
    [InlineData("999999999999999")]
    public void SourceDateEpoch_OfAnythingElse_Throws(string text) =>
        Assert.Throws<FormatException>(() => SourceDateEpoch.Parse(text));

    private async Task<OciImage> AddDockerImageAsync()
    {
        Descriptor layer = await AddLayerAsync("base") with { MediaType = MediaTypes.DockerLayer };
        var config = new ImageConfig { Os = "linux", Architecture = "amd64", RootFs = new RootFs { DiffIds = [layer.Digest] }, Config = new ContainerConfig { Env = ["A=B"] } };
        var manifest = new ImageManifest
        {
            MediaType = MediaTypes.DockerManifest,
            Config = await _store.AddAsync(MediaTypes.DockerImageConfig, config.ToUtf8Bytes()),
            Layers = [layer],
        };
        return await OciImage.OpenAsync(_store, await _store.AddAsync(MediaTypes.DockerManifest, manifest.ToUtf8Bytes()));
    }

    private Task<Descriptor> AddLayerAsync(string text) => _store.AddAsync(MediaTypes.Layer, System.Text.Encoding.UTF8.GetBytes(text));

    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.Zero).AddMilliseconds(678);
    }
}
