using System.Text.Json;
using Oci.Image.Building;
using Oci.Image.Configuration;
using Oci.Image.Layers;
using Oci.Image.Manifests;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;
using static Oci.Image.Tests.Building.LayeredImage;

namespace Oci.Image.Tests.Building;

public sealed class ImageFlattenerTests
{
    private readonly MemoryContentStore _store = new();

    [Fact]
    public async Task FlattenAsync_WhiteoutsAndReplacements_AreGone() =>
        Assert.Equal(["a/", "a/new", "b"], await FlattenAsync(0,
            [Directory("a"), File("a/old"), Directory("b"), File("b/x"), File("c")],
            [File(".wh.c"), File("a/.wh.old"), File("a/new"), File("b")]));

    [Fact]
    public async Task FlattenAsync_Directory_HasTheAttributesOfTheLastEntry()
    {
        OciImage image = await BuildAsync(_store, [Directory("a", 0b111_000_000, 5), File("a/x")], [Directory("a", 0b111_111_111, 7)]);

        OciImage flat = await OpenAsync(await ImageFlattener.FlattenAsync(image, _store));
        await using var reader = new LayerReader(await _store.OpenAsync(flat.Layers[0].Descriptor), flat.Layers[0].Descriptor);

        Assert.True(await reader.Tar.ReadAsync());
        Assert.Equal((0b111_111_111, new TarTime(7)), (reader.Tar.Entry.Mode, reader.Tar.Entry.ModifiedTime));
    }

    [Fact]
    public async Task FlattenAsync_HardLinkWhoseTargetIsDeleted_IsTheFile() =>
        Assert.Equal(["b", "c => b"], await FlattenAsync(0,
            [File("a")],
            [Link("b", "a", isHard: true), Link("c", "b", isHard: true)],
            [File(".wh.a")]));

    [Fact]
    public async Task FlattenAsync_FromALayer_HardLinkToAFileBelow_StaysOne() =>
        Assert.Equal(["b => a"], await FlattenAsync(1,
            [File("a")],
            [Link("b", "a", isHard: true)]));

    [Fact]
    public async Task FlattenAsync_FromALayer_HardLinkWhoseTargetIsDeleted_IsTheFileOfTheLayerBelow() =>
        Assert.Equal([".wh.a", "b"], await FlattenAsync(1,
            [File("a")],
            [Link("b", "a", isHard: true)],
            [File(".wh.a")]));

    [Fact]
    public async Task FlattenAsync_FromALayer_KeepsWhatDeletesBelow() =>
        Assert.Equal([".wh.gone", "d/", "d/.wh..wh..opq", "e/.wh.x", "d/new"], await FlattenAsync(1,
            [File("gone"), Directory("d"), File("d/old"), Directory("e"), File("e/x"), File("kept")],
            [File(".wh.gone"), File(".wh.d")],
            [Directory("d"), File("d/new"), File("e/.wh.x"), File("passing")],
            [File(".wh.passing")]));

    [Fact]
    public async Task FlattenAsync_FromALayer_DirectoryMadeForItsContentInTheLinksPlace_IsWritten() =>
        Assert.Equal(["lib/", "lib/x"], await FlattenAsync(1,
            [Link("lib", "usr")],
            [File(".wh.lib"), File("lib/x")]));

    [Fact]
    public async Task FlattenAsync_ThroughASymbolicLink_NamesTheRealPath() =>
        Assert.Equal(["usr/", "usr/lib/", "lib", "usr/lib/x"], await FlattenAsync(0,
            [Directory("usr"), Directory("usr/lib"), Link("lib", "usr/lib"), File("usr/lib/x", 3)],
            [File("lib/x", 4)]));

    [Fact]
    public async Task FlattenAsync_History_BecomesOneEntryThatRemembers()
    {
        OciImage image = await BuildAsync(_store, [File("a")], [File("b")], [File("c")]);
        var builder = ImageBuilder.Edit(image);
        builder.Annotations[AnnotationKeys.BaseName] = "base";
        builder.Annotations["k"] = "v";
        image = await OpenAsync(await builder.AddHistory(new History { CreatedBy = "CMD" }).BuildAsync(_store));

        OciImage flat = await OpenAsync(await ImageFlattener.FlattenAsync(image, _store, new FlattenOptions { FirstLayer = 1 }));

        Assert.Equal(2, flat.Config.History!.Count);
        using JsonDocument comment = JsonDocument.Parse(flat.Config.History[1].Comment!);
        Assert.Equal(3, comment.RootElement.GetArrayLength());
        Assert.Equal("base", flat.Manifest.Annotations![AnnotationKeys.BaseName]);
        flat = await OpenAsync(await ImageFlattener.FlattenAsync(image, _store));
        Assert.Equal(["k"], flat.Manifest.Annotations!.Keys);
    }

    [Fact]
    public async Task FlattenAsync_OfAllKindsThatGnuTarWrites_UnpacksToTheSameTree()
    {
        Requires.Linux();
        string tar = Requires.Tool("tar");
        using var temp = new TempDirectory();
        const string Plant = """
            set -e
            mkdir -p "$1/d/e" && cd "$1"
            truncate -s 3M sparse && printf middle | dd of=sparse bs=1 seek=1500000 conv=notrunc status=none
            printf text > file && ln file hard && ln -s ../file d/link && mkfifo -m 640 fifo && chmod 2751 d/e && chmod 4711 file
            setfattr -n user.note -v 0x0001ff file || :
            [ "$(id -u)" != 0 ] || { mknod null c 1 3; chown 12:34 d; }
            """;
        (await ToolResult.RunAsync("/bin/sh", ["-c", Plant, "sh", temp.Combine("tree")])).EnsureSuccess();
        (await ToolResult.RunAsync(tar, ["-C", temp.Combine("tree"), "-czf", temp.Combine("layer.tgz"), "--format", "posix", "--sparse", "--xattrs", "--numeric-owner", "."])).EnsureSuccess();
        await using FileStream archive = System.IO.File.OpenRead(temp.Combine("layer.tgz"));
        var builder = new ImageBuilder();
        builder.AddLayer(await LayerBuilder.FromTarAsync(_store, archive));
        builder.AddLayer(await LayerBuilder.FromFilesAsync(_store, [LayerFile.Whiteout("file"), LayerFile.FromText("d/new", "new")], new LayerBuilderOptions { AddParents = false }));
        OciImage image = await OpenAsync(await builder.BuildAsync(_store));
        await new ImageUnpacker().UnpackAsync(image, temp.Combine("expected"));

        OciImage flat = await OpenAsync(await ImageFlattener.FlattenAsync(image, _store));

        Assert.Empty(await GetDifferencesAsync(temp, temp.Combine("expected"), flat));
        Assert.Equal(3 << 20, new FileInfo(temp.Combine("expected", "sparse")).Length);
    }

    [Fact]
    public async Task FlattenAsync_OfADockerImage_IsOne()
    {
        OciImage image = await BuildAsync(_store, [File("a")], [File("b")]);
        image = await OpenAsync(await new ImageBuilder(image) { Format = ImageFormat.Docker }.BuildAsync(_store));

        OciImage flat = await OpenAsync(await ImageFlattener.FlattenAsync(image, _store));

        Assert.Equal(MediaTypes.DockerManifest, flat.Descriptor.MediaType);
        Assert.Equal(MediaTypes.DockerLayerGzip, flat.Layers[0].Descriptor.MediaType);
    }

    [Fact]
    public async Task FlattenAsync_IntoAnotherStore_BringsTheLayersBelow()
    {
        OciImage image = await BuildAsync(_store, [File("a")], [File("b")], [File("c")]);
        var other = new MemoryContentStore();

        OciImage flat = await OciImage.OpenAsync(other, await ImageFlattener.FlattenAsync(image, other, new FlattenOptions { FirstLayer = 1 }));

        Assert.Equal(image.Layers[0], flat.Layers[0]);
        Assert.True(await other.ExistsAsync(flat.Layers[0].Descriptor));
    }

    [Fact]
    public async Task FlattenAsync_WhatAnUnpackRefuses_IsRefused()
    {
        OciImage image = await BuildAsync(_store, [File("a")], [File("../b")]);
        var e = await Assert.ThrowsAsync<UnpackException>(() => ImageFlattener.FlattenAsync(image, _store));
        Assert.Equal((UnpackFailure.ParentTraversal, 1), (e.Failure, e.LayerIndex));

        image = await BuildAsync(_store, [Link("a", "nowhere", isHard: true)]);
        e = await Assert.ThrowsAsync<UnpackException>(() => ImageFlattener.FlattenAsync(image, _store));
        Assert.Equal(UnpackFailure.HardLinkTargetMissing, e.Failure);
    }

    [Fact]
    public async Task FlattenAsync_BeyondALimit_NamesItAndLeavesNoLayer()
    {
        OciImage image = await BuildAsync(_store, [File("a", 1000), File("b", 1000)]);
        var store = new CountingStore();

        Assert.Contains("MaxBytes", (await Assert.ThrowsAsync<OciImageException>(() => ImageFlattener.FlattenAsync(image, store, new FlattenOptions { MaxBytes = 1999 }))).Message);
        Assert.Equal((1, 1, 0), (store.Opened, store.Disposed, store.Committed));
        await Assert.ThrowsAsync<OciImageException>(() => ImageFlattener.FlattenAsync(image, store, new FlattenOptions { MaxEntries = 2 }));
        await Assert.ThrowsAsync<OciImageException>(() => ImageFlattener.FlattenAsync(image, store, new FlattenOptions { MaxNameBytes = 1 }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ImageFlattener.FlattenAsync(image, store, new FlattenOptions { FirstLayer = 1 }));
    }

    [Fact]
    public async Task FlattenAsync_LayerThatIsNotWhatItsDigestSays_IsRefused()
    {
        OciImage image = await BuildAsync(_store, [File("a")], [File("b")]);
        ImageConfig config = image.Config with { RootFs = new RootFs { DiffIds = [image.Layers[0].DiffId, Digest.Compute("other"u8)] } };
        ImageManifest manifest = image.Manifest with { Config = await _store.AddAsync(MediaTypes.ImageConfig, config.ToUtf8Bytes()) };
        image = await OpenAsync(await _store.AddAsync(MediaTypes.ImageManifest, manifest.ToUtf8Bytes()));

        await Assert.ThrowsAsync<ContentMismatchException>(() => ImageFlattener.FlattenAsync(image, _store));
    }

    private async Task<List<string>> FlattenAsync(int firstLayer, params IReadOnlyList<TarHeader>[] layers)
    {
        OciImage image = await BuildAsync(_store, layers);
        OciImage flat = await OpenAsync(await ImageFlattener.FlattenAsync(image, _store, new FlattenOptions { FirstLayer = firstLayer }));
        Assert.Equal(firstLayer + 1, flat.Layers.Count);
        return await NamesAsync(_store, flat.Layers[^1]);
    }

    private Task<OciImage> OpenAsync(Descriptor descriptor) => OciImage.OpenAsync(_store, descriptor);
}
