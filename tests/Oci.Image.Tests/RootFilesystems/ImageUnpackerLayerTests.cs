using Oci.Image.Layers;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;
using Oci.Image.Tests.Layers;

namespace Oci.Image.Tests.RootFilesystems;

/// <summary>Compressed, verified layers: what is wrong with one is told, and nothing of the image stays.</summary>
public sealed class ImageUnpackerLayerTests : IDisposable
{
    private readonly TempDirectory _temp = new();
    private readonly string _root;

    public ImageUnpackerLayerTests()
    {
        Requires.Linux();
        _root = _temp.Combine("root");
    }

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task UnpackAsync_GzipLayers_AreAppliedInOrder()
    {
        UnpackResult result = await UnpackAsync(
            Layer(LayerSample.Gzip(new LayerBytes().File("a", "one").File("b", "two").ToArray())),
            Layer(LayerSample.Gzip(new LayerBytes().File("a", "three").File(".wh.b").ToArray())));

        Assert.Equal(["a"], LayerBytes.List(_root));
        Assert.Equal("three", File.ReadAllText(Path.Combine(_root, "a")));
        Assert.Equal((4L, 11L), (result.Entries, result.Bytes));
    }

    [Fact]
    public async Task UnpackAsync_DiffIdThatCannotBeComputed_ClosesTheBlobAndLeavesNothing()
    {
        LayerSample sample = LayerSample.Gzip();
        var blob = new ClosedStream(sample.Blob);
        var layer = new UnpackLayer
        {
            Descriptor = sample.Descriptor,
            DiffId = Digest.Parse("blake3:" + new string('a', 64)),
            OpenAsync = _ => Task.FromResult<Stream>(blob),
        };

        await Assert.ThrowsAsync<NotSupportedException>(() => new ImageUnpacker().UnpackAsync([layer], _root));

        Assert.True(blob.IsClosed);
        Assert.False(Directory.Exists(_root));
    }

    [Fact]
    public async Task UnpackAsync_WrongDigest_ThrowsAndLeavesNothing()
    {
        LayerSample sample = LayerSample.Gzip();
        await RefusedAsync<ContentMismatchException>(Layer(sample with { Descriptor = sample.Descriptor with { Digest = Digest.Compute("other"u8) } }));
    }

    [Fact]
    public async Task UnpackAsync_WrongDiffId_ThrowsAndLeavesNothing() =>
        await RefusedAsync<ContentMismatchException>(Layer(LayerSample.Gzip() with { DiffId = Digest.Compute("other"u8) }));

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task UnpackAsync_WrongSize_ThrowsAndLeavesNothing(int difference)
    {
        LayerSample sample = LayerSample.Gzip();
        await RefusedAsync<ContentMismatchException>(Layer(sample with { Descriptor = sample.Descriptor with { Size = sample.Descriptor.Size + difference } }));
    }

    [Fact]
    public async Task UnpackAsync_BlobTruncatedAnywhere_ThrowsAndLeavesNothing()
    {
        LayerSample sample = LayerSample.Gzip();
        for (int length = 0; length < sample.Blob.Length; length += 7)
        {
            await RefusedAsync<ContentMismatchException>(Layer(sample with { Blob = sample.Blob[..length] }));
        }
    }

    [Fact]
    public async Task UnpackAsync_BlobWithAnyByteFlipped_ThrowsAndLeavesNothing()
    {
        LayerSample sample = LayerSample.Gzip();
        for (int at = 0; at < sample.Blob.Length; at++)
        {
            byte[] flipped = [.. sample.Blob];
            flipped[at] ^= 0x10;
            await Assert.ThrowsAnyAsync<OciImageException>(() => UnpackAsync(Layer(sample with { Blob = flipped })));
            Assert.False(Directory.Exists(_root));
        }
    }

    [Fact]
    public async Task UnpackAsync_SecondLayerIsBad_RemovesTheFirstToo() =>
        await RefusedAsync<ContentMismatchException>(
            Layer(LayerSample.Gzip(new LayerBytes().Directory("closed", "0000000").File("closed/a").ToArray())),
            Layer(LayerSample.Gzip() with { DiffId = Digest.Compute("other"u8) }));

    [Fact]
    public async Task UnpackAsync_NotAnArchive_ThrowsAndLeavesNothing() =>
        await RefusedAsync<TarFormatException>(Layer(LayerSample.Gzip(Enumerable.Repeat((byte)'x', 2000).ToArray())));

    [Fact]
    public async Task UnpackAsync_LargerThanTheLayerLimit_ThrowsAndLeavesNothing()
    {
        var options = new UnpackOptions { Layers = new LayerReaderOptions { MaxUncompressedSize = 2000 } };
        await Assert.ThrowsAsync<LayerLimitException>(() => new ImageUnpacker(options).UnpackAsync([Layer(LayerSample.Gzip())], _root));
        Assert.False(Directory.Exists(_root));
    }

    [Fact]
    public async Task UnpackAsync_HostileName_NamesEntryAndLayer()
    {
        LayerSample good = LayerSample.Gzip();
        LayerSample bad = LayerSample.Gzip(new LayerBytes().File("../x").ToArray());
        UnpackException exception = await RefusedAsync<UnpackException>(Layer(good), Layer(bad));

        Assert.Equal((UnpackFailure.ParentTraversal, "../x", 1, bad.Descriptor.Digest), (exception.Failure, exception.EntryName, exception.LayerIndex, exception.Layer));
        Assert.Contains("'../x'", exception.Message);
        Assert.Contains(bad.Descriptor.Digest.ToString(), exception.Message);
    }

    [Fact]
    public async Task UnpackAsync_OpenFails_ThrowsThatAndLeavesNothing()
    {
        LayerSample sample = LayerSample.Gzip();
        await RefusedAsync<ContentNotFoundException>(new UnpackLayer
        {
            Descriptor = sample.Descriptor,
            DiffId = sample.DiffId,
            OpenAsync = _ => throw new ContentNotFoundException("layer", "the test"),
        });
    }

    [Fact]
    public async Task UnpackAsync_Progress_EndsWithTheTotals()
    {
        var reports = new List<UnpackProgress>();
        UnpackResult result = await new ImageUnpacker().UnpackAsync([Layer(LayerSample.Gzip())], _root, new ListProgress(reports));
        Assert.Equal(new UnpackProgress(0, 1, result.Entries, result.Bytes), reports[^1]);
    }

    private static UnpackLayer Layer(LayerSample sample) => new()
    {
        Descriptor = sample.Descriptor,
        DiffId = sample.DiffId,
        OpenAsync = _ => Task.FromResult<Stream>(new MemoryStream(sample.Blob)),
    };

    private Task<UnpackResult> UnpackAsync(params UnpackLayer[] layers) => new ImageUnpacker().UnpackAsync(layers, _root);

    private async Task<T> RefusedAsync<T>(params UnpackLayer[] layers)
        where T : Exception
    {
        T exception = await Assert.ThrowsAsync<T>(() => UnpackAsync(layers));
        Assert.False(Directory.Exists(_root));
        return exception;
    }

    private sealed class ListProgress(List<UnpackProgress> reports) : IProgress<UnpackProgress>
    {
        public void Report(UnpackProgress value) => reports.Add(value);
    }

    private sealed class ClosedStream(byte[] content) : MemoryStream(content)
    {
        public bool IsClosed { get; private set; }

        protected override void Dispose(bool disposing)
        {
            IsClosed = true;
            base.Dispose(disposing);
        }
    }
}
