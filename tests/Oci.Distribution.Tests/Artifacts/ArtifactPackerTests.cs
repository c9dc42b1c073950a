using System.Text;
using Oci.Distribution.Artifacts;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.Tests.Artifacts;

public sealed class ArtifactPackerTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly MemoryContentStore _store = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Pack_Files_IsWhatOrasWrites()
    {
        await File.WriteAllTextAsync(_directory.Combine("hello.txt"), "hello\n");
        var options = new PackArtifactOptions { ArtifactType = "application/vnd.example.greeting", Annotations = { ["b"] = "2", ["a"] = "1" }, Tag = "v1" };

        Descriptor artifact = await ArtifactPacker.PackAsync(_store, [ArtifactFile.FromFile(_directory.Combine("hello.txt"), "docs/hello.txt", MediaType.Parse("text/plain"))], options);

        const string Expected = """
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","artifactType":"application/vnd.example.greeting",
            "config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2,"data":"e30="},
            "layers":[{"mediaType":"text/plain","digest":"sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03","size":6,"annotations":{"org.opencontainers.image.title":"docs/hello.txt"}}],
            "annotations":{"a":"1","b":"2"}}
            """;
        Assert.Equal(Expected.ReplaceLineEndings(""), Encoding.UTF8.GetString(await _store.ReadAsync(artifact)));
        Assert.Equal(artifact.Digest, (await _store.ResolveAsync("v1"))!.Digest);
        Assert.Equal("application/vnd.example.greeting", artifact.ArtifactType);
        Assert.Equal("hello\n"u8.ToArray(), await _store.ReadAsync((await _store.ReadManifestAsync(artifact)).Layers[0]));
    }

    [Fact]
    public async Task Pack_ADirectory_HasTheAnnotationsOfOras()
    {
        MakeTree();

        Descriptor artifact = await ArtifactPacker.PackAsync(_store, [ArtifactFile.FromDirectory(_directory.Combine("site"))]);
        Descriptor again = await ArtifactPacker.PackAsync(_store, [ArtifactFile.FromDirectory(_directory.Combine("site"))]);

        Descriptor blob = Assert.Single((await _store.ReadManifestAsync(artifact)).Layers);
        Assert.Equal(MediaTypes.LayerGzip, blob.MediaType);
        Assert.Equal("site", blob.Annotations![AnnotationKeys.Title]);
        Assert.Equal("true", blob.Annotations["io.deis.oras.content.unpack"]);
        Assert.True(Digest.TryParse(blob.Annotations["io.deis.oras.content.digest"], out _));
        Assert.Equal(artifact.Digest, again.Digest);
        Assert.Equal(ArtifactPacker.UnknownArtifactType, artifact.ArtifactType);
    }

    // manifest.md: "artifactType ... MUST be set when config.mediaType is set to the empty value"; "layers SHOULD have at least one entry".
    [Fact]
    public async Task Pack_NoFiles_HasTheEmptyDescriptorForALayer()
    {
        Descriptor artifact = await ArtifactPacker.PackAsync(_store, []);

        ImageManifest manifest = await _store.ReadManifestAsync(artifact);
        Assert.Equal(MediaTypes.Empty, Assert.Single(manifest.Layers).MediaType);
        Assert.Equal(ArtifactPacker.UnknownArtifactType, manifest.ArtifactType);
        Assert.True(await _store.ExistsAsync(manifest.Config));
    }

    [Fact]
    public async Task Pack_WithConfigAndSubject_IsAReferrerByTheConfigsType()
    {
        Descriptor subject = await _store.AddAsync(MediaTypes.ImageManifest, new ImageManifest { MediaType = MediaTypes.ImageManifest, Config = await _store.AddAsync(MediaTypes.Empty, "{}"u8.ToArray()), Layers = [] }.ToUtf8Bytes());
        var options = new PackArtifactOptions { Subject = subject with { ArtifactType = "x/y" }, Config = ArtifactFile.FromBytes("config", "[]"u8.ToArray(), MediaType.Parse("application/vnd.example.config+json")) };

        Descriptor artifact = await ArtifactPacker.PackAsync(_store, [ArtifactFile.FromBytes("a", "a"u8.ToArray())], options);

        ImageManifest manifest = await _store.ReadManifestAsync(artifact);
        Assert.Null(manifest.ArtifactType);
        Assert.Null(manifest.Config.Annotations);
        Assert.Equal(subject.ToPlain() with { ArtifactType = null }, manifest.Subject);
        Assert.Equal("application/vnd.example.config+json", Assert.Single(await _store.ListReferrersAsync(subject.Digest).ToListAsync()).ArtifactType);
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("a", "./a")]
    [InlineData("a", "a/b")]
    [InlineData("a/b", "a")]
    public async Task Pack_OfTitlesInEachOthersWay_IsRefused(string first, string second)
    {
        var e = await Assert.ThrowsAsync<ArtifactException>(() => ArtifactPacker.PackAsync(_store, [ArtifactFile.FromBytes(first, default), ArtifactFile.FromBytes(second, default)]));

        Assert.Contains("same place", e.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a\\..\\b")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    public void FromBytes_OfATitleThatIsNoPathBelow_IsRefused(string title) => Assert.Throws<FormatException>(() => ArtifactFile.FromBytes(title, default));

    [Fact]
    public void FromBytes_OfATitleThatIsTooLong_IsRefused()
    {
        Assert.Throws<FormatException>(() => ArtifactFile.FromBytes(new string('a', 256), default));
        Assert.Throws<FormatException>(() => ArtifactFile.FromBytes(string.Join('/', Enumerable.Repeat("abc", 1025)), default));
        Assert.Equal("a/b", ArtifactFile.FromBytes("./a/./b", default).Title);
    }

    [Fact]
    public void ArtifactType_OfNoMediaType_IsRefused() => Assert.Throws<FormatException>(() => new PackArtifactOptions { ArtifactType = "signature" });

    private void MakeTree()
    {
        Directory.CreateDirectory(_directory.Combine("site", "css"));
        File.WriteAllText(_directory.Combine("site", "index.html"), "<html>");
        File.WriteAllText(_directory.Combine("site", "css", "main.css"), "body {}");
    }
}
