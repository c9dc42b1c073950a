using Oci.Image.Building;
using Oci.Image.Configuration;
using Oci.Image.Layouts;
using Oci.Image.Manifests;
using Oci.Image.Tar;
using Oci.Image.Tests.Archives;
using Oci.Image.Tests.Layers;
using Oci.Image.Validation;

namespace Oci.Image.Tests.Validation;

public sealed class ImageValidatorTests : IAsyncLifetime
{
    private static readonly byte[] Tar = new ArchiveBuilder().File("etc/hello", new string('x', 3_000_000)).ToArray();

    private readonly TempDirectory _temp = new();
    private OciLayout _layout = null!;

    public async ValueTask InitializeAsync() => _layout = await OciLayout.CreateAsync(_temp.Path);

    public ValueTask DisposeAsync()
    {
        _temp.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task ValidateAsync_OfAGoodIndex_ReadsEverythingOnce()
    {
        (Descriptor image, Descriptor layer) = await AddImageAsync(Tar);
        Descriptor index = await TestContent.AddIndexAsync(_layout, image, image);
        var progress = new Recorder();

        ValidationReport report = await ImageValidator.ValidateAsync(_layout, index, progress: progress);

        Assert.Same(report, report.EnsureValid());
        Assert.Equal(4, report.VerifiedCount);
        Assert.Equal(Directory.EnumerateFiles(_temp.Combine("blobs", "sha256")).Sum(f => new FileInfo(f).Length), report.VerifiedBytes);
        Assert.Equal(report.VerifiedBytes, progress.Reports[^1].Bytes);
        Assert.Equal(4, progress.Reports[^1].Count);
        Assert.Equal(progress.Reports.Order(Comparer<ValidationProgress>.Create((a, b) => a.Bytes.CompareTo(b.Bytes))), progress.Reports);
    }

    [Fact]
    public async Task ValidateAsync_OfAnArtifact_ReadsItsBlobs()
    {
        var manifest = new ImageManifest
        {
            ArtifactType = "application/x",
            Config = await _layout.AddAsync(MediaTypes.Empty, "{}"u8.ToArray()),
            Layers = [await TestContent.AddBlobAsync(_layout, new string('x', 2_500_000))],
        };
        Descriptor artifact = await _layout.AddAsync(MediaTypes.ImageManifest, manifest.ToUtf8Bytes());

        ValidationReport report = await ImageValidator.ValidateAsync(_layout, artifact);

        Assert.True(report.IsValid);
        Assert.Equal(3, report.VerifiedCount);
    }

    [Fact]
    public async Task ValidateAsync_OfAFlippedBitInALayer_NamesTheLayer()
    {
        (Descriptor image, Descriptor layer) = await AddImageAsync(Tar);
        byte[] blob = File.ReadAllBytes(PathOf(layer));
        for (int i = 0; i < blob.Length; i += Math.Max(1, blob.Length / 23))
        {
            byte[] flipped = [.. blob];
            flipped[i] ^= 0x10;
            File.WriteAllBytes(PathOf(layer), flipped);

            ValidationFinding finding = Assert.Single((await ImageValidator.ValidateAsync(_layout, image)).Findings);

            Assert.Equal(layer.Digest, finding.Content!.Digest);
            // The damage may be noticed as bad gzip, bad tar or a wrong digest, but never go unnoticed.
            Assert.IsAssignableFrom<OciImageException>(finding.Cause);
        }
    }

    [Fact]
    public async Task ValidateAsync_OfAnotherDiffId_NamesBoth()
    {
        (Descriptor image, _) = await AddImageAsync(Tar, diffId: Digest.Compute("other"u8));

        ValidationReport report = await ImageValidator.ValidateAsync(_layout, image);

        var cause = Assert.IsType<ContentMismatchException>(Assert.Single(report.Findings).Cause);
        Assert.Equal(Digest.Compute("other"u8), cause.Expected);
        Assert.Equal(Digest.Compute(Tar), cause.Actual);
        var e = Assert.Throws<ValidationException>(report.EnsureValid);
        Assert.Same(report, e.Report);
        Assert.Contains("1 thing is wrong", e.Message);
    }

    [Fact]
    public async Task ValidateAsync_OfALayerThatIsNoTar_SaysSo()
    {
        (Descriptor image, _) = await AddImageAsync(new byte[700].Select(_ => (byte)'x').ToArray());

        ValidationReport report = await ImageValidator.ValidateAsync(_layout, image);

        Assert.IsType<TarFormatException>(Assert.Single(report.Findings).Cause);
    }

    [Fact]
    public async Task ValidateAsync_OfMissingAndTruncatedContent_FindsAllOfIt()
    {
        (Descriptor good, _) = await AddImageAsync(Tar);
        (Descriptor truncated, Descriptor layer) = await AddImageAsync(new ArchiveBuilder().File("a", "b").ToArray());
        Descriptor missing = Descriptor.Create(MediaTypes.ImageManifest, "nowhere"u8);
        File.WriteAllBytes(PathOf(layer), File.ReadAllBytes(PathOf(layer))[..^3]);
        Descriptor index = await TestContent.AddIndexAsync(_layout, good, truncated, missing);

        ValidationReport report = await ImageValidator.ValidateAsync(_layout, index);

        ValidationFinding[] errors = [.. report.Findings.Where(f => f.Severity == ValidationSeverity.Error)];
        Assert.Equal([layer.Digest, missing.Digest], errors.Select(f => f.Content!.Digest));
        Assert.Equal(["content-size", "content-missing"], errors.Select(f => f.Rule.Id));
        Assert.IsType<ContentNotFoundException>(errors[1].Cause);
        Assert.Equal(6, report.VerifiedCount);
    }

    [Fact]
    public async Task ValidateAsync_WithADiffIdThatCannotBeComputed_SaysSo()
    {
        (Descriptor image, _) = await AddImageAsync(Tar, Digest.Parse("blake3:" + new string('0', 64)));

        ValidationReport report = await ImageValidator.ValidateAsync(_layout, image);

        Assert.IsType<NotSupportedException>(Assert.Single(report.Findings).Cause);
    }

    [Fact]
    public async Task ValidateAsync_Cancelled_GivesTheCallersToken()
    {
        (Descriptor image, _) = await AddImageAsync(Tar);
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ImageValidator.ValidateAsync(_layout, image, cancellationToken: cancellation.Token));
    }

    private string PathOf(Descriptor blob) => _temp.Combine("blobs", "sha256", blob.Digest.Hex.ToString());

    private async Task<(Descriptor Image, Descriptor Layer)> AddImageAsync(byte[] tar, Digest? diffId = null)
    {
        Descriptor layer = await _layout.AddAsync(MediaTypes.LayerGzip, LayerSample.Gzip(tar).Blob);
        var builder = new ImageBuilder { Config = new ContainerConfig { Cmd = ["/x"] }, Created = DateTimeOffset.UnixEpoch };
        return (await builder.AddLayer(layer, diffId ?? Digest.Compute(tar)).BuildAsync(_layout), layer);
    }

    private sealed class Recorder : IProgress<ValidationProgress>
    {
        public List<ValidationProgress> Reports { get; } = [];

        public void Report(ValidationProgress value) => Reports.Add(value);
    }
}
