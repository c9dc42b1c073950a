using Oci.Image.Building;
using Oci.Image.Manifests;

namespace Oci.Image.Tests.Building;

public sealed class ImageIndexBuilderTests
{
    private static readonly Platform Amd64 = new() { Os = "linux", Architecture = "amd64" };
    private static readonly Platform Arm64 = new() { Os = "linux", Architecture = "arm64" };
    private static readonly Platform Arm64V8 = Arm64 with { Variant = "v8" };
    private readonly MemoryContentStore _store = new();

    [Fact]
    public async Task Add_Images_TakesThePlatformOfTheirConfigs()
    {
        OciImage amd64 = await ImageAsync("a", Amd64);
        OciImage arm64 = await ImageAsync("b", Arm64V8);

        Descriptor descriptor = await new ImageIndexBuilder().Add(amd64).Add(arm64, new Dictionary<string, string> { ["k"] = "v" }).BuildAsync(_store);
        ImageIndex index = await _store.ReadIndexAsync(descriptor);

        Assert.Equal(MediaTypes.ImageIndex, descriptor.MediaType);
        Assert.Equal([Amd64, Arm64V8], index.Manifests.Select(entry => entry.Platform));
        Assert.Equal("v", index.Manifests[1].Annotations!["k"]);
        Assert.Equal(arm64.Descriptor.Digest, (await OciImage.OpenAsync(_store, descriptor, Arm64)).Descriptor.Digest);
    }

    [Fact]
    public async Task Replace_OfAPlatformInAnotherSpelling_KeepsItsPlace()
    {
        OciImage arm64 = await ImageAsync("a", Arm64V8);
        OciImage amd64 = await ImageAsync("b", Amd64);
        OciImage newer = await ImageAsync("c", Arm64);
        var builder = new ImageIndexBuilder().Add(arm64).Add(amd64);

        builder.Replace(newer);

        Assert.Equal([newer.Descriptor.Digest, amd64.Descriptor.Digest], builder.Manifests.Select(entry => entry.Digest));
        Assert.Equal(1, builder.Remove(Arm64V8));
        Assert.Equal(1, builder.Remove(amd64.Descriptor.Digest));
        Assert.Equal(0, builder.Remove(Amd64));
        builder.Replace(newer);
        Assert.Single(builder.Manifests);
    }

    [Fact]
    public async Task BuildAsync_OfAnIndexThatWasRead_KeepsTheRest()
    {
        OciImage amd64 = await ImageAsync("a", Amd64);
        var first = new ImageIndexBuilder { ArtifactType = "application/vnd.example", Subject = amd64.Descriptor }.Add(amd64);
        first.Annotations["b"] = "1";
        first.Annotations["a"] = "2";
        Descriptor nested = await first.BuildAsync(_store);
        ImageIndex index = await _store.ReadIndexAsync(nested);

        Assert.Equal(nested.Digest, (await new ImageIndexBuilder(index).BuildAsync(_store)).Digest);
        Assert.Equal(["a", "b"], index.Annotations!.Keys);
        Assert.Equal("application/vnd.example", index.ArtifactType);
        Assert.Equal(amd64.Descriptor.Digest, index.Subject!.Digest);
        Descriptor outer = await new ImageIndexBuilder().Add(nested).BuildAsync(_store);
        Assert.Equal(amd64.Descriptor.Digest, (await OciImage.OpenAsync(_store, outer, Amd64)).Descriptor.Digest);
    }

    [Fact]
    public async Task Add_OfWhatIsNoManifestOrThereTwice_Throws()
    {
        OciImage image = await ImageAsync("a", Amd64);
        var builder = new ImageIndexBuilder().Add(image);

        Assert.Throws<ArgumentException>(() => builder.Add(image));
        Assert.Throws<ArgumentException>(() => builder.Add(image.Manifest.Config));
        Assert.Throws<ArgumentException>(() => builder.Replace(image.Descriptor.ToPlain()));
    }

    [Fact]
    public async Task BuildAsync_WithAManifestThatTheStoreLacks_NamesIt()
    {
        OciImage image = await ImageAsync("a", Amd64);

        var e = await Assert.ThrowsAsync<ContentNotFoundException>(() => new ImageIndexBuilder().Add(image).BuildAsync(new MemoryContentStore()));

        Assert.Equal(image.Descriptor.Digest.ToString(), e.Name);
    }

    [Fact]
    public async Task BuildAsync_DockerListOfOciImages_IsRefused()
    {
        OciImage image = await ImageAsync("a", Amd64);

        await Assert.ThrowsAsync<InvalidOperationException>(() => new ImageIndexBuilder(ImageFormat.Docker).Add(image).BuildAsync(_store));
    }

    [Fact]
    public async Task EditAsync_OfAnIndex_EditsEveryImageAndDropsItsAttestation()
    {
        OciImage amd64 = await ImageAsync("a", Amd64);
        OciImage arm64 = await ImageAsync("b", Arm64V8);
        Descriptor nested = await new ImageIndexBuilder().Add(arm64).BuildAsync(_store);
        OciImage attestation = await ImageAsync("c", new Platform { Os = "unknown", Architecture = "unknown" });
        Descriptor root = await new ImageIndexBuilder()
            .Add(amd64, new Dictionary<string, string> { ["k"] = "v" })
            .Add(nested)
            .Add(attestation, new Dictionary<string, string> { ["vnd.docker.reference.digest"] = amd64.Descriptor.Digest.ToString() })
            .BuildAsync(_store);

        Descriptor edited = await ImageEditor.EditAsync(_store, root, LabelAsync);

        ImageIndex index = await _store.ReadIndexAsync(edited);
        Assert.Equal(2, index.Manifests.Count);
        Assert.Equal("v", index.Manifests[0].Annotations!["k"]);
        Assert.Equal("web", (await OciImage.OpenAsync(_store, edited, Amd64)).Config.Config!.Labels!["team"]);
        Assert.Equal("web", (await OciImage.OpenAsync(_store, edited, Arm64)).Config.Config!.Labels!["team"]);
    }

    [Fact]
    public async Task EditAsync_WithoutAChange_IsTheRoot()
    {
        Descriptor root = await new ImageIndexBuilder().Add(await ImageAsync("a", Amd64)).BuildAsync(_store);

        Assert.Same(root, await ImageEditor.EditAsync(_store, root, (image, _) => Task.FromResult(image.Descriptor)));
    }

    [Fact]
    public async Task EditAsync_OfASingleImage_EditsIt()
    {
        OciImage image = await ImageAsync("a", Amd64);

        Descriptor edited = await ImageEditor.EditAsync(_store, image.Descriptor, LabelAsync);

        Assert.Equal("web", (await OciImage.OpenAsync(_store, edited)).Config.Config!.Labels!["team"]);
    }

    private async Task<Descriptor> LabelAsync(OciImage image, CancellationToken cancellationToken)
    {
        var builder = ImageBuilder.Edit(image);
        builder.Config = builder.Config.WithLabel("team", "web");
        return await builder.BuildAsync(_store, cancellationToken);
    }

    private async Task<OciImage> ImageAsync(string name, Platform platform)
    {
        var builder = new ImageBuilder(platform) { Author = name, Created = DateTimeOffset.UnixEpoch };
        return await OciImage.OpenAsync(_store, await builder.BuildAsync(_store));
    }
}
