using Oci.Image.Configuration;
using Oci.Image.Manifests;

namespace Oci.Image.Tests;

public sealed class OciImageTests
{
    private readonly MemoryContentStore _store = new();

    private static readonly Platform Amd64 = new() { Os = "linux", Architecture = "amd64" };
    private static readonly Platform Arm7 = new() { Os = "linux", Architecture = "arm", Variant = "v7" };

    [Fact]
    public async Task OpenAsync_OfAManifest_GivesConfigAndLayers()
    {
        Descriptor descriptor = await TestContent.AddImageAsync(_store, "a");
        await _store.TagAsync(descriptor, "v1");

        OciImage image = await OciImage.OpenAsync(_store, "v1");

        Assert.Equal(descriptor.Digest, image.Descriptor.Digest);
        Assert.Equal(Digest.Compute(image.ManifestBytes.Span), image.Descriptor.Digest);
        Assert.Equal(Digest.Compute(image.ConfigBytes.Span), image.Manifest.Config.Digest);
        ImageLayer layer = Assert.Single(image.Layers);
        Assert.Equal(layer.Descriptor.Digest, layer.DiffId);
        Assert.Equal(layer.DiffId, layer.ChainId);
    }

    [Fact]
    public async Task OpenAsync_OfANestedIndex_TakesTheClosestPlatform()
    {
        Descriptor arm5 = await TestContent.AddImageAsync(_store, "arm5", Arm7 with { Variant = "v5" }) with { Platform = Arm7 with { Variant = "v5" } };
        Descriptor arm6 = await TestContent.AddImageAsync(_store, "arm6", Arm7 with { Variant = "v6" });
        Descriptor other = await TestContent.AddImageAsync(_store, "other", Amd64);
        Descriptor index = await TestContent.AddIndexAsync(_store, arm5, await TestContent.AddIndexAsync(_store, other, arm6));

        OciImage image = await OciImage.OpenAsync(_store, index, Arm7);

        Assert.Equal(arm6.Digest, image.Descriptor.Digest);
    }

    [Fact]
    public async Task SelectAsync_OfOneManifestForTwoPlatforms_FindsItForBoth()
    {
        var store = new MemoryContentStore();
        Descriptor image = await TestContent.AddImageAsync(store, "data");
        var arm = new Platform { Os = "linux", Architecture = "arm64" };
        Descriptor index = await TestContent.AddIndexAsync(store, image with { Platform = new Platform { Os = "linux", Architecture = "amd64" } }, image with { Platform = arm });

        Assert.Equal(image.Digest, (await PlatformSelector.SelectAsync(store, index, arm)).Digest);
    }

    [Fact]
    public async Task SelectAsync_OfWindowsImages_TakesTheNearestBuild()
    {
        var store = new MemoryContentStore();
        Platform Windows(string version) => new() { Os = "windows", Architecture = "amd64", OsVersion = version };
        Descriptor[] images = [.. await Task.WhenAll(((string[])["10.0.17763.1", "10.0.20348.1", "10.0.25398.1"]).Select(async version =>
            (await TestContent.AddImageAsync(store, version)) with { Platform = Windows(version) }))];
        Descriptor index = await TestContent.AddIndexAsync(store, images);

        Assert.Equal(images[2].Digest, (await PlatformSelector.SelectAsync(store, index, Windows("10.0.26100.5"))).Digest);
        Assert.Equal(images[0].Digest, (await PlatformSelector.SelectAsync(store, index, Windows("10.0.17763.5"))).Digest);
        await Assert.ThrowsAsync<PlatformNotFoundException>(() => PlatformSelector.SelectAsync(store, index, Windows("10.0.14393.5")));
    }

    // What BuildKit lists beside images, by platform or, as older versions, by annotation alone.
    [Fact]
    public async Task SelectAsync_OfAttestations_PassesThemOver()
    {
        var store = new MemoryContentStore();
        var amd = new Platform { Os = "linux", Architecture = "amd64" };
        Descriptor image = (await TestContent.AddImageAsync(store, "image")) with { Platform = amd };
        Descriptor attestation = await TestContent.AddImageAsync(store, "attestation");
        Descriptor index = await TestContent.AddIndexAsync(
            store,
            attestation with { Annotations = new Dictionary<string, string> { ["vnd.docker.reference.type"] = "attestation-manifest" } },
            attestation with { Platform = new Platform { Os = "unknown", Architecture = "unknown" } },
            image);

        Assert.Equal(image.Digest, (await PlatformSelector.SelectAsync(store, index, amd)).Digest);
    }

    [Fact]
    public async Task OpenAsync_OfAnIndexWithoutThePlatform_ListsWhatThereIs()
    {
        Descriptor arm = await TestContent.AddImageAsync(_store, "arm", Arm7) with { Platform = Arm7 };
        Descriptor attestation = await TestContent.AddImageAsync(_store, "attestation") with { Platform = new() { Os = "unknown", Architecture = "unknown" } };
        Descriptor index = await TestContent.AddIndexAsync(_store, arm, attestation);

        var e = await Assert.ThrowsAsync<PlatformNotFoundException>(() => OciImage.OpenAsync(_store, index, Amd64));

        Assert.Equal(["linux/arm/v7"], e.Available.Select(p => p.ToString()));
        Assert.Equal("There is no image for linux/amd64. There is one for linux/arm/v7.", e.Message);
    }

    [Fact]
    public async Task OpenAsync_OfASingleImage_ChecksThePlatformOnlyWhenGiven()
    {
        Descriptor arm = await TestContent.AddImageAsync(_store, "arm", new Platform { Os = "plan9", Architecture = "mips" });

        await OciImage.OpenAsync(_store, arm);
        await Assert.ThrowsAsync<PlatformNotFoundException>(() => OciImage.OpenAsync(_store, arm, Amd64));
    }

    [Fact]
    public async Task OpenAsync_WithoutSuchATag_NamesTagAndPlace()
    {
        var e = await Assert.ThrowsAsync<ContentNotFoundException>(() => OciImage.OpenAsync(_store, "v1"));

        Assert.Equal("The memory store has no 'v1'.", e.Message);
        Assert.Equal("v1", e.Name);
        Assert.Equal("The memory store", e.Place);
    }

    [Fact]
    public async Task OpenAsync_WithoutAReferenceWhereNothingIs_SaysSo()
    {
        var e = await Assert.ThrowsAsync<ContentNotFoundException>(() => OciImage.OpenAsync(_store, ""));

        Assert.Equal("The memory store has no image.", e.Message);
    }

    [Fact]
    public async Task OpenAsync_WithoutTheConfig_NamesTheDigest()
    {
        var manifest = new ImageManifest { Config = Descriptor.Create(MediaTypes.ImageConfig, "{}"u8), Layers = [] };
        Descriptor descriptor = await _store.AddAsync(MediaTypes.ImageManifest, manifest.ToUtf8Bytes());

        var e = await Assert.ThrowsAsync<ContentNotFoundException>(() => OciImage.OpenAsync(_store, descriptor));

        Assert.Equal(manifest.Config.Digest.ToString(), e.Name);
    }

    [Fact]
    public async Task OpenAsync_OfAnArtifact_SaysThatItIsOne()
    {
        var manifest = new ImageManifest { Config = await _store.AddAsync(MediaTypes.Empty, "{}"u8.ToArray()), Layers = [] };
        Descriptor descriptor = await _store.AddAsync(MediaTypes.ImageManifest, manifest.ToUtf8Bytes());

        var e = await Assert.ThrowsAsync<OciImageException>(() => OciImage.OpenAsync(_store, descriptor));

        Assert.Contains("artifact", e.Message);
    }

    [Fact]
    public async Task OpenAsync_WithMoreDiffIdsThanLayers_Throws()
    {
        var config = new ImageConfig { Os = "linux", Architecture = "amd64", RootFs = new RootFs { DiffIds = [Digest.Compute("a"u8)] } };
        var manifest = new ImageManifest { Config = await _store.AddAsync(MediaTypes.ImageConfig, config.ToUtf8Bytes()), Layers = [] };
        Descriptor descriptor = await _store.AddAsync(MediaTypes.ImageManifest, manifest.ToUtf8Bytes());

        var e = await Assert.ThrowsAsync<InvalidDocumentException>(() => OciImage.OpenAsync(_store, descriptor));

        Assert.Equal("$.rootfs.diff_ids", e.JsonPath);
    }

    [Fact]
    public async Task OpenAsync_OfIndexesNestedTooDeep_StopsAtTheCap()
    {
        Descriptor descriptor = await TestContent.AddImageAsync(_store, "a");
        for (int i = 0; i <= ManifestGraph.MaxDepth; i++)
        {
            descriptor = await TestContent.AddIndexAsync(_store, descriptor);
        }

        await Assert.ThrowsAsync<OciImageException>(() => OciImage.OpenAsync(_store, descriptor));
    }
}
