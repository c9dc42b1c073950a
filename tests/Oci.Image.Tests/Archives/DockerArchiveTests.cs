using System.IO.Compression;
using System.Text;
using Oci.Image.Archives;
using Oci.Image.Tar;

namespace Oci.Image.Tests.Archives;

public sealed class DockerArchiveTests : IDisposable
{
    private static readonly byte[] Layer = new ArchiveBuilder().File("etc/hello", "hello").ToArray();
    private static readonly byte[] Top = new ArchiveBuilder().File("etc/top", new string('x', 100_000)).ToArray();

    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OpenAsync_OfWhatDockerSaves_GivesTheImage(bool gzip)
    {
        string path = new ArchiveBuilder()
            .File("abc.json", Config(Layer, Top))
            .File("1/layer.tar", Layer)
            .File("2/layer.tar", Top)
            .File("manifest.json", """[{"Config":"abc.json","RepoTags":["app:v1","host/app:v1"],"Layers":["1/layer.tar","2/layer.tar"]}]""")
            .Save(_temp.Combine("a.tar"), gzip);

        await using DockerArchive archive = await DockerArchive.OpenAsync(path, new ArchiveOptions { TemporaryDirectory = _temp.Path });
        OciImage image = await OciImage.OpenAsync(archive, "app:v1");

        Assert.Equal([Digest.Compute(Layer), Digest.Compute(Top)], image.Layers.Select(l => l.Descriptor.Digest));
        Assert.Equal(image.Layers.Select(l => l.DiffId), image.Layers.Select(l => l.Descriptor.Digest));
        Assert.Equal(Layer, await archive.ReadAsync(image.Layers[0].Descriptor));
        Assert.Equal(Top, await archive.ReadAsync(image.Layers[1].Descriptor));
        Assert.Equal(["app:v1", "host/app:v1"], await TestContent.ToListAsync(archive.ListTagsAsync()));
        Assert.Empty(await TestContent.ToListAsync(archive.ListReferrersAsync(image.Descriptor.Digest)));
        // What was expanded has no name that could be left behind.
        Assert.Equal(["a.tar"], Directory.GetFileSystemEntries(_temp.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("busybox", true)]
    [InlineData("busybox:latest", true)]
    [InlineData("library/busybox", true)]
    [InlineData("docker.io/library/busybox:latest", true)]
    [InlineData("", true)]
    [InlineData("busybox:1", false)]
    [InlineData("localhost/busybox", false)]
    [InlineData("localhost:5000/busybox", false)]
    public async Task ResolveAsync_OfADockerName_KnowsItsShortForms(string reference, bool found)
    {
        string path = new ArchiveBuilder().File("c.json", Config()).File("manifest.json", """[{"Config":"c.json","RepoTags":["busybox:latest"],"Layers":null}]""").Save(_temp.Combine("a.tar"));
        await using DockerArchive archive = await DockerArchive.OpenAsync(path);

        Assert.Equal(found, await archive.ResolveAsync(reference) is not null);
    }

    [Fact]
    public async Task OpenAsync_OfLinkedAndRepeatedLayers_FollowsThem()
    {
        string path = new ArchiveBuilder()
            .File("c.json", Config(Layer, Layer, Layer))
            .File("./store/layer.tar", "an older entry of the same name")
            .File("./store/layer.tar", Layer)
            .Symlink("2/layer.tar", "../store/layer.tar")
            .Hardlink("3/layer.tar", "store/layer.tar")
            .File("manifest.json", """[{"Config":"c.json","Layers":["store/layer.tar","2/layer.tar","3/layer.tar"]}]""")
            .Save(_temp.Combine("a.tar"));

        await using DockerArchive archive = await DockerArchive.OpenAsync(path);
        OciImage image = await OciImage.OpenAsync(archive, "");

        foreach (ImageLayer layer in image.Layers)
        {
            Assert.Equal(Layer, await archive.ReadAsync(layer.Descriptor));
        }
    }

    [Theory]
    [InlineData("blobs/sha256/")]
    [InlineData("layers/")]
    public async Task OpenAsync_OfCompressedLayers_NamesThemByTheirOwnDigest(string folder)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Layer);
        }
        Digest digest = Digest.Compute(compressed.ToArray());
        string path = new ArchiveBuilder()
            .File("c.json", Config(Layer))
            .File(folder + digest.Hex.ToString(), compressed.ToArray())
            .File("manifest.json", $$"""[{"Config":"c.json","Layers":["{{folder}}{{digest.Hex}}"]}]""")
            .Save(_temp.Combine("a.tar"));

        await using DockerArchive archive = await DockerArchive.OpenAsync(path);
        ImageLayer layer = Assert.Single((await OciImage.OpenAsync(archive, "")).Layers);

        Assert.Equal(MediaTypes.LayerGzip, layer.Descriptor.MediaType);
        Assert.Equal(digest, layer.Descriptor.Digest);
        Assert.Equal(Digest.Compute(Layer), layer.DiffId);
        Assert.Equal(compressed.ToArray(), await archive.ReadAsync(layer.Descriptor));
    }

    [Fact]
    public async Task OpenAsync_OfALayerThatIsNotItsDiffId_ThrowsWhenItIsRead()
    {
        byte[] flipped = [.. Layer];
        flipped[600] ^= 1;
        string path = new ArchiveBuilder().File("c.json", Config(Layer)).File("l", flipped).File("manifest.json", """[{"Config":"c.json","Layers":["l"]}]""").Save(_temp.Combine("a.tar"));
        await using DockerArchive archive = await DockerArchive.OpenAsync(path);
        OciImage image = await OciImage.OpenAsync(archive, "");

        var e = await Assert.ThrowsAsync<ContentMismatchException>(() => archive.ReadAsync(image.Layers[0].Descriptor));

        Assert.Equal(Digest.Compute(Layer), e.Expected);
    }

    [Fact]
    public async Task OpenAsync_OfSeveralImages_AsksWhichOne()
    {
        string path = new ArchiveBuilder()
            .File("a.json", Config(Layer)).File("b.json", Config(Top)).File("l1", Layer).File("l2", Top)
            .File("manifest.json", """[{"Config":"a.json","RepoTags":["a:1"],"Layers":["l1"]},{"Config":"b.json","RepoTags":null,"Layers":["l2"]}]""")
            .Save(_temp.Combine("a.tar"));
        await using DockerArchive archive = await DockerArchive.OpenAsync(path);

        var e = await Assert.ThrowsAsync<OciImageException>(() => archive.ResolveAsync(""));

        Assert.Contains("a:1", e.Message);
        Assert.Equal(2, archive.Images.Count);
        Assert.NotNull(await archive.ResolveAsync(archive.Images[1].Digest.ToString()));
    }

    [Fact]
    public async Task OpenAsync_OfAnArchiveWithoutAManifest_FollowsTheParents()
    {
        string path = new ArchiveBuilder()
            .File("top/json", """{"id":"top","parent":"base","created":"2015-01-01T00:00:00Z","author":"someone","architecture":"arm64","config":{"Cmd":["/bin/sh"]},"Size":5,"docker_version":"1.5"}""")
            .File("top/layer.tar", Top)
            .File("base/json", """{"id":"base","created":"2014-01-01T00:00:00Z","comment":"the base"}""")
            .File("base/layer.tar", Layer)
            .File("repositories", """{"app":{"v1":"top","v2":"top"},"localhost:5000/base":{"latest":"base"}}""")
            .Save(_temp.Combine("a.tar"));

        await using DockerArchive archive = await DockerArchive.OpenAsync(path);
        OciImage image = await OciImage.OpenAsync(archive, "app:v2");
        OciImage other = await OciImage.OpenAsync(archive, "localhost:5000/base");

        Assert.Equal(["app:v1", "app:v2", "localhost:5000/base:latest"], await TestContent.ToListAsync(archive.ListTagsAsync()));
        Assert.Equal([Digest.Compute(Layer), Digest.Compute(Top)], image.Layers.Select(l => l.DiffId));
        Assert.Equal(Top, await archive.ReadAsync(image.Layers[1].Descriptor));
        Assert.Equal(("arm64", "linux", "someone"), (image.Config.Architecture, image.Config.Os, image.Config.Author));
        Assert.Equal(["/bin/sh"], image.Config.Config!.Cmd);
        Assert.Equal(["the base", null], image.Config.History!.Select(h => h.Comment));
        Assert.False(image.Config.ExtensionData!.ContainsKey("id"));
        Assert.Equal("amd64", other.Config.Architecture);
        Assert.Equal(image.Descriptor.Digest, (await archive.ResolveAsync("@0"))?.Digest);
        Assert.Equal(other.Descriptor.Digest, (await archive.ResolveAsync("@1"))?.Digest);
        Assert.Null(await archive.ResolveAsync("@2"));
    }

    [Theory]
    [InlineData("""{"app":{"v1":"none"}}""")]
    [InlineData("""{"app":{"v1":"loop"}}""")]
    [InlineData("""{"app":{"v1":"../../etc"}}""")]
    [InlineData("""{"app":{"v1":1}}""")]
    [InlineData("""{"app":1}""")]
    [InlineData("""[]""")]
    [InlineData("""{""")]
    public async Task OpenAsync_OfABadArchiveWithoutAManifest_IsATypedFailure(string repositories)
    {
        string path = new ArchiveBuilder()
            .File("loop/json", """{"parent":"loop"}""")
            .File("loop/layer.tar", Layer)
            .File("repositories", repositories)
            .Save(_temp.Combine("a.tar"));

        await Assert.ThrowsAnyAsync<OciImageException>(() => DockerArchive.OpenAsync(path));
    }

    [Theory]
    [InlineData("""{"Config":"c.json"}""", "$")]
    [InlineData("""[null]""", "$[0]")]
    [InlineData("""[{"Layers":[]}]""", "$[0]")]
    [InlineData("""[{"Config":"../../etc/passwd","Layers":["l"]}]""", "$[0].Config")]
    [InlineData("""[{"Config":"c.json","Layers":[]}]""", "$[0].Layers")]
    [InlineData("""[{"Config":"c.json","Layers":["nowhere"]}]""", "$[0].Layers[0]")]
    [InlineData("""[{"Config":"c.json","Layers":["loop"]}]""", "$[0].Layers[0]")]
    [InlineData("""[{"Config":"c.json","Layers":["../../../etc/passwd"]}]""", "$[0].Layers[0]")]
    [InlineData("""[{"Config":"c.json","Layers":[null]}]""", "$[0].Layers[0]")]
    [InlineData("""[{"Config":"c.json","RepoTags":["a:1",null],"Layers":["l"]}]""", "$[0].RepoTags[1]")]
    public async Task OpenAsync_WithABadManifest_NamesTheMember(string manifest, string jsonPath)
    {
        string path = new ArchiveBuilder().File("c.json", Config(Layer)).File("l", Layer).Symlink("loop", "loop").File("manifest.json", manifest).Save(_temp.Combine("a.tar"));

        var e = await Assert.ThrowsAsync<InvalidDocumentException>(() => DockerArchive.OpenAsync(path));

        Assert.StartsWith(jsonPath, e.JsonPath);
    }

    [Fact]
    public async Task OpenAsync_OfAHostileName_KeepsItOutOfTheMessage()
    {
        string name = "\\u001b[2J" + new string('x', 1_000_000);
        string path = new ArchiveBuilder().File("manifest.json", $$"""[{"Config":"{{name}}"}]""").Save(_temp.Combine("a.tar"));

        var e = await Assert.ThrowsAsync<InvalidDocumentException>(() => DockerArchive.OpenAsync(path));

        Assert.InRange(e.Message.Length, 1, 1000);
        Assert.DoesNotContain(e.Message, char.IsControl);
    }

    [Fact]
    public async Task OpenAsync_OfOtherFiles_SaysWhatTheyAre()
    {
        string oci = new ArchiveBuilder().File("oci-layout", "{}").Save(_temp.Combine("oci.tar"));
        File.WriteAllBytes(_temp.Combine("a.xz"), [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0, 0]);
        File.WriteAllText(_temp.Combine("text"), new string('x', 2000));
        File.WriteAllBytes(_temp.Combine("broken.gz"), [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]);

        Assert.Contains(nameof(OciArchive), (await Assert.ThrowsAsync<ArchiveException>(() => DockerArchive.OpenAsync(oci))).Message);
        Assert.Contains("xz -d", (await Assert.ThrowsAsync<ArchiveException>(() => DockerArchive.OpenAsync(_temp.Combine("a.xz")))).Message);
        await Assert.ThrowsAsync<TarFormatException>(() => DockerArchive.OpenAsync(_temp.Combine("text")));
        await Assert.ThrowsAsync<ArchiveException>(() => DockerArchive.OpenAsync(_temp.Combine("broken.gz")));
        await Assert.ThrowsAsync<ArchiveException>(() => DockerArchive.OpenAsync(_temp.Combine("absent")));
    }

    [Fact]
    public async Task OpenAsync_BeyondALimit_SaysWhichOne()
    {
        string path = new ArchiveBuilder().File("a", "1").File("b", "2").Save(_temp.Combine("a.tar"));
        string gzip = new ArchiveBuilder().File("a", new byte[1 << 20]).Save(_temp.Combine("a.tar.gz"), gzip: true);

        var entries = await Assert.ThrowsAsync<ArchiveException>(() => DockerArchive.OpenAsync(path, new ArchiveOptions { MaxEntries = 1 }));
        var expanded = await Assert.ThrowsAsync<ArchiveException>(() => DockerArchive.OpenAsync(gzip, new ArchiveOptions { MaxExpandedSize = 1 << 19, TemporaryDirectory = _temp.Path }));

        Assert.Contains("MaxEntries", entries.Message);
        Assert.Contains("MaxExpandedSize", expanded.Message);
    }

    [Fact]
    public async Task OpenAsync_OfATruncatedArchive_IsATypedFailureAtEveryLength()
    {
        byte[] whole = new ArchiveBuilder().File("c.json", Config(Layer)).File("l", Layer).File("manifest.json", """[{"Config":"c.json","Layers":["l"]}]""").ToArray();
        for (int length = 0; length < whole.Length - 1024; length += 97)
        {
            string path = _temp.Combine("a.tar");
            File.WriteAllBytes(path, whole[..length]);

            await Assert.ThrowsAnyAsync<OciImageException>(async () =>
            {
                await using DockerArchive archive = await DockerArchive.OpenAsync(path);
            });
        }
    }

    [Fact]
    public async Task OpenAsync_OfManyStreamsAtOnce_ReadsEachWhole()
    {
        string path = new ArchiveBuilder().File("c.json", Config(Top)).File("l", Top).File("manifest.json", """[{"Config":"c.json","Layers":["l"]}]""").Save(_temp.Combine("a.tar"));
        await using DockerArchive archive = await DockerArchive.OpenAsync(path);
        Descriptor layer = (await OciImage.OpenAsync(archive, "")).Layers[0].Descriptor;

        byte[][] read = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => archive.ReadAsync(layer))));

        Assert.All(read, content => Assert.Equal(Top, content));
    }

    private static string Config(params byte[][] layers) =>
        $$"""{"architecture":"amd64","os":"linux","config":{"Cmd":["/bin/sh"]},"rootfs":{"type":"layers","diff_ids":[{{string.Join(',', layers.Select(l => $"\"{Digest.Compute(l)}\""))}}]},"docker_version":"24"}""";
}
