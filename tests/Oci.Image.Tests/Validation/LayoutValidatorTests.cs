using System.Text;
using Oci.Image.Archives;
using Oci.Image.Layouts;
using Oci.Image.Manifests;
using Oci.Image.Validation;

namespace Oci.Image.Tests.Validation;

public sealed class LayoutValidatorTests : IAsyncLifetime
{
    private readonly TempDirectory _temp = new();
    private OciLayout _layout = null!;
    private Descriptor _artifact = null!;

    public async ValueTask InitializeAsync()
    {
        _layout = await OciLayout.CreateAsync(_temp.Path);
        _artifact = await AddArtifactAsync("one");
        await _layout.TagAsync(_artifact, "v1");
    }

    public ValueTask DisposeAsync()
    {
        _temp.Dispose();
        File.Delete(_temp.Path + ".tar");
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task ValidateAsync_OfWhatIsWrittenHere_FindsNothing()
    {
        var progress = new List<ValidationProgress>();

        ValidationReport report = await LayoutValidator.ValidateAsync(_temp.Path, progress: new Recorder(progress));

        Assert.Empty(report.Findings);
        Assert.Equal(_temp.Path, report.Target);
        Assert.Equal(3, report.VerifiedCount);
        Assert.Equal(report.VerifiedBytes, progress[^1].Bytes);
    }

    [Theory]
    [Rule("layout-header-required", "layout-index-required", "layout-blobs-required")]
    [InlineData("oci-layout", "layout-header-required")]
    [InlineData("index.json", "layout-index-required")]
    [InlineData("blobs", "layout-blobs-required")]
    public async Task ValidateAsync_WithoutAFile_SaysSo(string name, string rule)
    {
        if (name == "blobs")
        {
            Directory.Delete(_temp.Combine(name), recursive: true);
        }
        else
        {
            File.Delete(_temp.Combine(name));
        }

        Assert.Contains(await FindAsync(), f => f.Rule.Id == rule && f.Severity == ValidationSeverity.Error);
    }

    [Theory]
    [InlineData("oci-layout", "layout-header-required")]
    [InlineData("index.json", "layout-index-required")]
    public async Task ValidateAsync_OfADirectoryInPlaceOfAFile_SaysSo(string name, string rule)
    {
        File.Delete(_temp.Combine(name));
        Directory.CreateDirectory(_temp.Combine(name));

        Assert.Contains(await FindAsync(), f => f.Rule.Id == rule && f.Message.Contains("a directory"));
    }

    [Fact]
    [Rule("layout-blob-name")]
    public async Task ValidateAsync_OfNamesThatAreNoDigests_NamesThem()
    {
        File.WriteAllText(_temp.Combine("blobs", "README"), "");
        File.WriteAllText(_temp.Combine("blobs", "sha256", "abc"), "");
        File.WriteAllText(_temp.Combine("blobs", "sha256", new string('A', 64)), "");
        Directory.CreateDirectory(_temp.Combine("blobs", "SHA256"));

        IReadOnlyList<ValidationFinding> findings = await FindAsync();

        Assert.Equal(4, findings.Count);
        Assert.All(findings, f => Assert.Equal("layout-blob-name", f.Rule.Id));
    }

    [Fact]
    [Rule("layout-blob-type", "content-unreadable")]
    public async Task ValidateAsync_OfBlobsThatAreNoFiles_NeitherOpensNorWaits()
    {
        Requires.Linux();
        string listed = PathOf(_artifact.Digest);
        File.Delete(listed);
        await ToolResult.RunAsync("mkfifo", [listed, PathOf(Digest.Compute("fifo"u8))]);
        Directory.CreateDirectory(PathOf(Digest.Compute("directory"u8)));
        File.CreateSymbolicLink(PathOf(Digest.Compute("link"u8)), "/dev/zero");
        File.CreateSymbolicLink(PathOf(Digest.Compute("nothing"u8)), "nothing");

        IReadOnlyList<ValidationFinding> findings = await FindAsync().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Single(findings, f => f.Rule.Id == "content-unreadable" && f.Content!.Digest == _artifact.Digest);
        Assert.Equal(4, findings.Count(f => f.Rule.Id == "layout-blob-type"));
    }

    [Fact]
    public async Task ValidateAsync_OfBlobsThatAreLinksToFiles_FollowsThem()
    {
        string path = PathOf(_artifact.Digest);
        File.Move(path, _temp.Combine("elsewhere"));
        File.CreateSymbolicLink(path, _temp.Combine("elsewhere"));

        Assert.Empty(await FindAsync());
    }

    [Fact]
    [Rule("layout-blob-unreferenced", "layout-blob-content")]
    public async Task ValidateAsync_OfBlobsThatNothingRefersTo_ReadsThemToo()
    {
        Descriptor good = await TestContent.AddBlobAsync(_layout, "good");
        Descriptor bad = await TestContent.AddBlobAsync(_layout, "good too");
        File.WriteAllText(PathOf(bad.Digest), "bad");

        ValidationReport report = await LayoutValidator.ValidateAsync(_temp.Path);

        Assert.Equal(2, report.Findings.Count(f => f.Rule.Id == "layout-blob-unreferenced"));
        ValidationFinding finding = Assert.Single(report.Findings, f => f.Severity == ValidationSeverity.Error);
        Assert.Equal("layout-blob-content", finding.Rule.Id);
        Assert.Equal(bad.Digest, finding.Content!.Digest);
        Assert.Contains(report.Findings, f => f.Content?.Digest == good.Digest);
    }

    [Fact]
    [Rule("content-digest")]
    public async Task ValidateAsync_OfAChangedBlob_SaysSo()
    {
        byte[] content = File.ReadAllBytes(PathOf(_artifact.Digest));
        content[^1] ^= 1;
        File.WriteAllBytes(PathOf(_artifact.Digest), content);

        Assert.Contains(await FindAsync(), f => f.Rule.Id == "content-digest" && f.Content!.Digest == _artifact.Digest);
    }

    [Fact]
    [Rule("layout-tag-grammar", "layout-tag-twice")]
    public async Task ValidateAsync_OfBadTags_NamesTheEntry()
    {
        Descriptor other = await AddArtifactAsync("two");
        await _layout.TagAsync(other, "v2");
        string index = File.ReadAllText(_temp.Combine("index.json"));
        File.WriteAllText(_temp.Combine("index.json"), index.Replace("\"v1\"", "\"a b\"").Replace("\"v2\"", "\"a b\""));

        IReadOnlyList<ValidationFinding> findings = await FindAsync();

        Assert.Equal(["layout-tag-grammar", "layout-tag-grammar", "layout-tag-twice"], findings.Select(f => f.Rule.Id).Order());
        Assert.Contains(findings, f => f.JsonPath == "$.manifests[1].annotations['org.opencontainers.image.ref.name']");
    }

    [Fact]
    public async Task ValidateAsync_OfAnotherAlgorithm_PassesItOver()
    {
        Directory.CreateDirectory(_temp.Combine("blobs", "sha256+b64u"));
        File.WriteAllText(_temp.Combine("blobs", "sha256+b64u", "LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564"), "x");

        Assert.Equal("digest-unsupported", Assert.Single(await FindAsync()).Rule.Id);
    }

    [Fact]
    public async Task ValidateAsync_OfNoDirectory_Throws() =>
        await Assert.ThrowsAsync<LayoutException>(() => LayoutValidator.ValidateAsync(_temp.Combine("nowhere")));

    [Fact]
    public async Task ValidateAsync_Cancelled_GivesTheCallersToken()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => LayoutValidator.ValidateAsync(_temp.Path, cancellationToken: cancellation.Token));

        Assert.Equal(cancellation.Token, e.CancellationToken);
    }

    // Each byte of the small files changed: findings, and nothing else.
    [Theory]
    [InlineData("oci-layout")]
    [InlineData("index.json")]
    public async Task ValidateAsync_OfAFileTruncatedAnywhere_GivesFindings(string name)
    {
        byte[] good = File.ReadAllBytes(_temp.Combine(name));
        for (int length = 0; length < good.Length; length++)
        {
            File.WriteAllBytes(_temp.Combine(name), good[..length]);

            Assert.Contains(await FindAsync(), f => f.Severity == ValidationSeverity.Error);
        }
    }

    [Fact]
    public async Task ValidateArchiveAsync_OfALayout_FindsWhatIsFoundInTheDirectory()
    {
        Descriptor bad = await TestContent.AddBlobAsync(_layout, "bad");
        File.WriteAllText(PathOf(bad.Digest), "worse");
        File.WriteAllText(_temp.Combine("blobs", "sha256", "README"), "");
        IReadOnlyList<ValidationFinding> expected = await FindAsync();

        ValidationReport report = await LayoutValidator.ValidateArchiveAsync(await PackAsync());

        Assert.Equal(["layout-blob-content", "layout-blob-name", "layout-blob-unreferenced"], report.Findings.Select(f => f.Rule.Id).Order());
        Assert.Equal(expected.Select(f => f.ToString()).Order(), report.Findings.Select(f => f.ToString()).Order());
        Assert.Equal(3, report.VerifiedCount);
    }

    [Theory]
    [InlineData("oci-layout", "layout-header-required")]
    [InlineData("index.json", "layout-index-required")]
    public async Task ValidateArchiveAsync_WithoutAFile_SaysSo(string name, string rule)
    {
        File.Delete(_temp.Combine(name));

        Assert.Contains((await LayoutValidator.ValidateArchiveAsync(await PackAsync())).Findings, f => f.Rule.Id == rule);
    }

    [Fact]
    [Rule("layout-archive")]
    public async Task ValidateArchiveAsync_OfATruncatedArchive_SaysSo()
    {
        string path = await PackAsync();
        byte[] archive = File.ReadAllBytes(path);
        for (int length = 100; length < archive.Length - 1024; length += 700)
        {
            File.WriteAllBytes(path, archive[..length]);

            Assert.False((await LayoutValidator.ValidateArchiveAsync(path)).IsValid);
        }
        File.WriteAllText(path, "this is no tar, though it is as long as a header is, which has five hundred and twelve bytes" + new string('.', 500));
        Assert.Equal("layout-archive", Assert.Single((await LayoutValidator.ValidateArchiveAsync(path)).Findings).Rule.Id);
        await Assert.ThrowsAsync<ArchiveException>(() => LayoutValidator.ValidateArchiveAsync(path + ".none"));
    }

    private async Task<string> PackAsync()
    {
        string path = _temp.Path + ".tar";
        using FileStream file = File.Create(path);
        await System.Formats.Tar.TarFile.CreateFromDirectoryAsync(_temp.Path, file, includeBaseDirectory: false);
        return path;
    }

    private async Task<IReadOnlyList<ValidationFinding>> FindAsync() => (await LayoutValidator.ValidateAsync(_temp.Path)).Findings;

    private string PathOf(Digest digest) => _temp.Combine("blobs", "sha256", digest.Hex.ToString());

    private async Task<Descriptor> AddArtifactAsync(string text)
    {
        var manifest = new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            ArtifactType = "text/plain",
            Config = await _layout.AddAsync(MediaTypes.Empty, "{}"u8.ToArray()),
            Layers = [await _layout.AddAsync(MediaType.Parse("text/plain"), Encoding.UTF8.GetBytes(text))],
        };
        return await _layout.AddAsync(MediaTypes.ImageManifest, manifest.ToUtf8Bytes());
    }

    private sealed class Recorder(List<ValidationProgress> reports) : IProgress<ValidationProgress>
    {
        public void Report(ValidationProgress value) => reports.Add(value);
    }
}
