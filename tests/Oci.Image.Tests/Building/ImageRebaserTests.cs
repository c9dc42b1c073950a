using System.Text;
using Oci.Image.Building;
using Oci.Image.Configuration;
using Oci.Image.Manifests;

namespace Oci.Image.Tests.Building;

public sealed class ImageRebaserTests
{
    private static readonly Platform Amd64 = new() { Os = "linux", Architecture = "amd64" };
    private readonly MemoryContentStore _images = new();
    private readonly MemoryContentStore _bases = new();
    private readonly MemoryContentStore _result = new();

    [Fact]
    public async Task RebaseAsync_OntoANewerBase_TakesItsLayersAndHistory()
    {
        OciImage oldBase = await BuildAsync(_images, null, "-os", "base 1", "base 2", "-cmd");
        OciImage newBase = await BuildAsync(_bases, null, "-new os", "new base 1", "-new cmd");
        OciImage image = await BuildAsync(_images, oldBase, "-env", "app", "-entrypoint");

        OciImage rebased = await RebaseAsync(image, oldBase, newBase);

        Assert.Equal([Id("new base 1"), Id("app")], rebased.Layers.Select(layer => layer.DiffId));
        Assert.Equal(["-new os", "new base 1", "-new cmd", "-env", "app", "-entrypoint"], Steps(rebased));
        Assert.Equal(image.Config.Created, rebased.Config.Created);
        Assert.Equal(newBase.Descriptor.Digest.ToString(), rebased.Manifest.Annotations![AnnotationKeys.BaseDigest]);
        Assert.Equal("kept", rebased.Manifest.Annotations["note"]);
        foreach (ImageLayer layer in rebased.Layers)
        {
            Assert.True(await _result.ExistsAsync(layer.Descriptor));
        }
    }

    [Fact]
    public async Task RebaseAsync_TwiceThereAndBack_IsTheImageAgain()
    {
        OciImage oldBase = await BuildAsync(_images, null, "base 1", "base 2");
        OciImage newBase = await BuildAsync(_images, null, "new base 1");
        OciImage image = await BuildAsync(_images, oldBase, "app");

        OciImage there = await RebaseAsync(image, oldBase, newBase);
        OciImage back = await RebaseAsync(there, newBase, oldBase);

        Assert.Equal(image.Config.ToUtf8Bytes(), back.Config.ToUtf8Bytes());
        Assert.Equal(image.Manifest.Layers, back.Manifest.Layers);
    }

    [Fact]
    public async Task RebaseAsync_ImagesWithoutHistory_CountsLayers()
    {
        OciImage oldBase = await BuildAsync(_images, null, "base");
        oldBase = await StripHistoryAsync(oldBase);
        OciImage image = await StripHistoryAsync(await BuildAsync(_images, oldBase, "app 1", "app 2"));
        OciImage newBase = await StripHistoryAsync(await BuildAsync(_images, null, "new"));

        OciImage rebased = await RebaseAsync(image, oldBase, newBase);

        Assert.Equal([Id("new"), Id("app 1"), Id("app 2")], rebased.Layers.Select(layer => layer.DiffId));
        Assert.Equal(3, rebased.Config.History!.Count);
    }

    [Fact]
    public async Task RebaseAsync_OntoABaseOfAnotherImage_SaysWhichLayerDiffers()
    {
        OciImage oldBase = await BuildAsync(_images, null, "base 1", "base 2");
        OciImage other = await BuildAsync(_images, null, "base 1", "other");
        OciImage image = await BuildAsync(_images, oldBase, "app");

        var e = await Assert.ThrowsAsync<OciImageException>(() => RebaseAsync(image, other, oldBase));

        Assert.Contains("layer 1", e.Message);
        Assert.Contains(Id("base 2").ToString(), e.Message);
        Assert.Contains(Id("other").ToString(), e.Message);
        e = await Assert.ThrowsAsync<OciImageException>(() => RebaseAsync(oldBase, image, oldBase));
        Assert.Contains("2 layers", e.Message);
    }

    [Fact]
    public async Task RebaseAsync_OntoAnotherArchitecture_IsRefused()
    {
        OciImage oldBase = await BuildAsync(_images, null, "base");
        var builder = new ImageBuilder(new Platform { Os = "linux", Architecture = "arm64" });
        OciImage newBase = await OciImage.OpenAsync(_images, await builder.BuildAsync(_images));

        var e = await Assert.ThrowsAsync<OciImageException>(() => RebaseAsync(oldBase, oldBase, newBase));

        Assert.Contains("linux/arm64", e.Message);
    }

    [Fact]
    public async Task FindBase_AfterARebaseWithAName_SaysIt()
    {
        OciImage oldBase = await BuildAsync(_images, null, "base");
        OciImage newBase = await BuildAsync(_images, null, "new");
        Digest index = Digest.Compute("index"u8);

        Assert.Null(ImageRebaser.FindBase(oldBase));
        Descriptor rebased = await ImageRebaser.RebaseAsync(oldBase, oldBase, newBase, _result, new RebaseOptions { BaseName = "docker.io/library/debian:13", BaseDigest = index });
        Assert.Equal(new BaseReference("docker.io/library/debian:13", index), ImageRebaser.FindBase(await OciImage.OpenAsync(_result, rebased)));
    }

    [Fact]
    public async Task FindBase_OfADigestThatIsNone_Throws()
    {
        var builder = new ImageBuilder(Amd64);
        builder.Annotations[AnnotationKeys.BaseDigest] = "sha256:zz";
        OciImage image = await OciImage.OpenAsync(_images, await builder.BuildAsync(_images));

        Assert.Contains("sha256:zz", Assert.Throws<InvalidDocumentException>(() => ImageRebaser.FindBase(image)).Message);
    }

    private async Task<OciImage> RebaseAsync(OciImage image, OciImage oldBase, OciImage newBase) =>
        await OciImage.OpenAsync(_result, await ImageRebaser.RebaseAsync(image, oldBase, newBase, _result));

    private static async Task<OciImage> BuildAsync(MemoryContentStore store, OciImage? baseImage, params string[] steps)
    {
        ImageBuilder builder = baseImage is null ? new ImageBuilder(Amd64) : new ImageBuilder(baseImage);
        builder.Created = DateTimeOffset.FromUnixTimeSeconds(1_000_000);
        builder.Annotations["note"] = "kept";
        foreach (string step in steps)
        {
            if (step.StartsWith('-'))
            {
                builder.AddHistory(new History { CreatedBy = step[1..] });
                continue;
            }
            Descriptor layer = await store.AddAsync(MediaTypes.Layer, Encoding.UTF8.GetBytes(step));
            builder.AddLayer(layer, layer.Digest, new History { CreatedBy = step });
        }
        return await OciImage.OpenAsync(store, await builder.BuildAsync(store));
    }

    private async Task<OciImage> StripHistoryAsync(OciImage image)
    {
        byte[] config = (image.Config with { History = null }).ToUtf8Bytes();
        ImageManifest manifest = image.Manifest with { Config = await _images.AddAsync(MediaTypes.ImageConfig, config) };
        return await OciImage.OpenAsync(_images, await _images.AddAsync(MediaTypes.ImageManifest, manifest.ToUtf8Bytes()));
    }

    private static Digest Id(string layer) => Digest.Compute(Encoding.UTF8.GetBytes(layer));

    private static IEnumerable<string> Steps(OciImage image) =>
        image.Config.History!.Select(step => (step.EmptyLayer == true ? "-" : "") + step.CreatedBy);
}
