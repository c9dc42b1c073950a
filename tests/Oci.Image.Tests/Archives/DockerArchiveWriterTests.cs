using System.Text;
using System.Text.Json;
using Oci.Image.Archives;
using Oci.Image.Building;
using Oci.Image.Compression;
using Oci.Image.Configuration;
using Oci.Image.Layers;
using Oci.Image.Manifests;
using Oci.Image.Tar;

namespace Oci.Image.Tests.Archives;

public sealed class DockerArchiveWriterTests : IDisposable
{
    private readonly TempDirectory _temp = new();
    private readonly MemoryContentStore _store = new();

    private string Target => _temp.Combine("image.tar");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task CompleteAsync_ThenRead_GivesTheImagesUnderTheirNames()
    {
        OciImage a = await BuildAsync("a", GzipCodec.Default, "base", "a");
        OciImage b = await BuildAsync("b", null, "base", "b");

        await WriteAsync(async writer =>
        {
            await writer.AddAsync(a, ["localhost/a:1", "a", "a:latest"]);
            await writer.AddAsync(b, ["host:5000/team/b:v2"]);
            await writer.AddAsync(a, ["again:1"]);
        });

        await using DockerArchive archive = await DockerArchive.OpenAsync(Target);
        Assert.Equal(["a:latest", "again:1", "host:5000/team/b:v2", "localhost/a:1"], await TestContent.ToListAsync(archive.ListTagsAsync()));
        Assert.Equal(2, archive.Images.Count);
        foreach ((string name, OciImage image) in (IEnumerable<(string, OciImage)>)[("a:latest", a), ("again:1", a), ("host:5000/team/b:v2", b)])
        {
            OciImage read = await OciImage.OpenAsync(archive, name);
            Assert.Equal(image.ConfigBytes.ToArray(), read.ConfigBytes.ToArray());
            Assert.Equal(image.Layers.Select(l => l.DiffId), read.Layers.Select(l => l.Descriptor.Digest));
            foreach (ImageLayer layer in read.Layers)
            {
                Assert.Equal(layer.DiffId, Digest.Compute(await archive.ReadAsync(layer.Descriptor)));
            }
        }
    }

    [Fact]
    public async Task AddAsync_OfSharedLayers_WritesEachOnce()
    {
        OciImage a = await BuildAsync("a", GzipCodec.Default, "base", "a");
        OciImage b = await BuildAsync("b", null, "base", "b");

        await WriteAsync(async writer =>
        {
            await writer.AddAsync(a, []);
            await writer.AddAsync(b, []);
        });

        Dictionary<string, byte[]> files = await ReadAsync();
        Assert.Equal(3, files.Keys.Count(name => name.EndsWith(".tar", StringComparison.Ordinal) && !name.Contains('/')));
        // The base as an image of the old form is shared as well: three directories, not four.
        Assert.Equal(3, files.Keys.Count(name => name.EndsWith("/VERSION", StringComparison.Ordinal)));
        Assert.False(files.ContainsKey("repositories"));
    }

    [Fact]
    public async Task CompleteAsync_WithLegacyFiles_ChainsTheLayersFromTheNameDown()
    {
        OciImage image = await BuildAsync("a", GzipCodec.Default, "1", "2", "3");

        await WriteAsync(writer => writer.AddAsync(image, ["localhost:5000/app:v1"]));

        Dictionary<string, byte[]> files = await ReadAsync();
        using JsonDocument repositories = JsonDocument.Parse(files["repositories"]);
        string? id = repositories.RootElement.GetProperty("localhost:5000/app").GetProperty("v1").GetString();
        var layers = new List<string>();
        bool isTop = true;
        while (id is not null)
        {
            Assert.Equal("1.0", Encoding.UTF8.GetString(files[$"{id}/VERSION"]));
            using JsonDocument json = JsonDocument.Parse(files[$"{id}/json"]);
            Assert.Equal(id, json.RootElement.GetProperty("id").GetString());
            Assert.Equal(isTop, json.RootElement.TryGetProperty("author", out _));
            Assert.False(json.RootElement.TryGetProperty("rootfs", out _));
            layers.Insert(0, Encoding.UTF8.GetString(files[$"{id}/layer.tar"]));
            id = json.RootElement.TryGetProperty("parent", out JsonElement parent) ? parent.GetString() : null;
            isTop = false;
        }
        Assert.Equal(image.Layers.Select(layer => $"../{layer.DiffId.Hex}.tar"), layers);
    }

    [Fact]
    public async Task CompleteAsync_WithoutLegacyFiles_WritesOnlyWhatTheManifestNames()
    {
        OciImage image = await BuildAsync("a", GzipCodec.Default, "1");

        await WriteAsync(writer => writer.AddAsync(image, ["app:v1"]), new DockerArchiveWriterOptions { IncludeLegacyFiles = false });

        Assert.Equal([$"{image.Manifest.Config.Digest.Hex}.json", $"{image.Layers[0].DiffId.Hex}.tar", "manifest.json"], (await ReadAsync()).Keys);
    }

    [Fact]
    public async Task CompleteAsync_OfTheSameImageCompressedOtherwise_GivesTheSameBytes()
    {
        await WriteAsync(async writer => await writer.AddAsync(await BuildAsync("a", GzipCodec.Default, "1", "2"), ["app:v1"]));
        byte[] first = File.ReadAllBytes(Target);

        await WriteAsync(async writer => await writer.AddAsync(await BuildAsync("a", null, "1", "2"), ["app:v1"]));

        Assert.Equal(first, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task AddAsync_OfZstdLayers_ExpandsThem()
    {
        OciImage image;
        try
        {
            image = await BuildAsync("a", ZstdCodec.Default, "1");
        }
        catch (CompressionException)
        {
            Assert.Skip("Needs libzstd.");
            throw;
        }

        await WriteAsync(writer => writer.AddAsync(image, ["app:v1"]));

        await using DockerArchive archive = await DockerArchive.OpenAsync(Target);
        Assert.Equal(MediaTypes.Layer, (await OciImage.OpenAsync(archive, "app:v1")).Layers[0].Descriptor.MediaType);
    }

    [Fact]
    public async Task AddAsync_OfALayerThatIsNotItsDiffId_IsCutOffAgain()
    {
        OciImage good = await BuildAsync("a", GzipCodec.Default, "1");
        var builder = new ImageBuilder(good.Config.Platform) { Created = DateTimeOffset.UnixEpoch };
        Descriptor bad = await builder.AddLayer(good.Layers[0].Descriptor, Digest.Compute("other"u8)).BuildAsync(_store);
        OciImage lying = await OciImage.OpenAsync(_store, bad);

        await using DockerArchiveWriter writer = await DockerArchiveWriter.CreateAsync(Target);
        var e = await Assert.ThrowsAsync<ContentMismatchException>(() => writer.AddAsync(lying, ["bad:1"]));
        await writer.AddAsync(good, ["good:1"]);
        await writer.CompleteAsync();

        Assert.Equal(Digest.Compute("other"u8), e.Expected);
        await using DockerArchive archive = await DockerArchive.OpenAsync(Target);
        Assert.Equal(["good:1"], await TestContent.ToListAsync(archive.ListTagsAsync()));
        Assert.DoesNotContain($"{e.Expected.Hex}.tar", (await ReadAsync()).Keys);
    }

    [Theory]
    [InlineData("")]
    [InlineData("App:v1")]
    [InlineData("app:")]
    [InlineData("app:v1\n")]
    [InlineData("../app:v1")]
    [InlineData("host:port/app")]
    [InlineData("app@sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task AddAsync_UnderABadName_Throws(string name)
    {
        OciImage image = await BuildAsync("a", GzipCodec.Default, "1");
        await using DockerArchiveWriter writer = await DockerArchiveWriter.CreateAsync(Target);

        await Assert.ThrowsAsync<FormatException>(() => writer.AddAsync(image, [name]));
    }

    [Fact]
    public async Task AddAsync_UnderATakenName_Throws()
    {
        OciImage a = await BuildAsync("a", GzipCodec.Default, "1");
        OciImage b = await BuildAsync("b", GzipCodec.Default, "1");
        await using DockerArchiveWriter writer = await DockerArchiveWriter.CreateAsync(Target);
        await writer.AddAsync(a, ["app"]);

        var e = await Assert.ThrowsAsync<ArgumentException>(() => writer.AddAsync(b, ["app:latest"]));

        Assert.Contains("app:latest", e.Message);
    }

    [Fact]
    public async Task AddAsync_OfALayerThatTheSourceLacks_SaysWhichOne()
    {
        var layer = new Descriptor { MediaType = MediaTypes.LayerNondistributableGzip, Digest = Digest.Compute("far"u8), Size = 3, Urls = ["https://example.org/far"] };
        MemoryContentStore store = _store;
        var manifest = new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            Config = await store.AddAsync(MediaTypes.ImageConfig, new ImageConfig { Os = "linux", Architecture = "amd64", RootFs = new() { DiffIds = [Digest.Compute("far"u8)] } }.ToUtf8Bytes()),
            Layers = [layer],
        };
        OciImage image = await OciImage.OpenAsync(store, await store.AddAsync(MediaTypes.ImageManifest, manifest.ToUtf8Bytes()));
        await using DockerArchiveWriter writer = await DockerArchiveWriter.CreateAsync(Target);

        var e = await Assert.ThrowsAsync<ContentNotFoundException>(() => writer.AddAsync(image, ["app"]));

        Assert.Contains(layer.Digest.ToString(), e.Message);
    }

    [Fact]
    public async Task DisposeAsync_WithoutCompletion_LeavesNothing()
    {
        await using (DockerArchiveWriter writer = await DockerArchiveWriter.CreateAsync(Target))
        {
            await writer.AddAsync(await BuildAsync("a", GzipCodec.Default, "1"), ["app"]);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_temp.Path));
    }

    private async Task WriteAsync(Func<DockerArchiveWriter, Task> add, DockerArchiveWriterOptions? options = null)
    {
        await using DockerArchiveWriter writer = await DockerArchiveWriter.CreateAsync(Target, options);
        await add(writer);
        await writer.CompleteAsync();
    }

    private async Task<OciImage> BuildAsync(string author, CompressionCodec? codec, params string[] files)
    {
        var builder = new ImageBuilder(new Platform { Os = "linux", Architecture = "amd64" }) { Created = DateTimeOffset.UnixEpoch, Author = author };
        foreach (string file in files)
        {
            await using ContentWriter blob = await _store.CreateAsync();
            await using var layer = new LayerWriter(blob, new LayerWriterOptions { Codec = codec });
            byte[] content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(file, 1000)));
            await layer.Tar.WriteEntryAsync(new TarHeader { Name = Encoding.UTF8.GetBytes(file), Size = content.Length }, content);
            LayerDigests digests = await layer.CompleteAsync();
            await blob.CommitAsync(digests.Descriptor.MediaType, digests.Descriptor.Digest);
            builder.AddLayer(digests.Descriptor, digests.DiffId);
        }
        return await OciImage.OpenAsync(_store, await builder.BuildAsync(_store));
    }

    /// <summary>The files by name, and links with their targets, in the order of the archive.</summary>
    private async Task<Dictionary<string, byte[]>> ReadAsync()
    {
        var files = new Dictionary<string, byte[]>();
        await using var tar = new TarReader(File.OpenRead(Target));
        while (await tar.ReadAsync())
        {
            string name = Encoding.UTF8.GetString(tar.Entry.Name);
            if (tar.Entry.Type == TarEntryType.SymbolicLink)
            {
                files.Add(name, tar.Entry.LinkName.ToArray());
            }
            else if (tar.Entry.Type == TarEntryType.File)
            {
                using var content = new MemoryStream();
                await tar.CopyContentToAsync(content);
                files.Add(name, content.ToArray());
            }
        }
        return files;
    }
}
