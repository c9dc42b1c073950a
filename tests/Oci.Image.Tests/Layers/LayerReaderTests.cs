using System.IO.Pipelines;
using System.Text;
using Oci.Image.Compression;
using Oci.Image.Layers;
using Oci.Image.Tar;

namespace Oci.Image.Tests.Layers;

public sealed class LayerReaderTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CompleteAsync_GoodLayer_GivesBothDigests(bool gzip)
    {
        LayerSample sample = gzip ? LayerSample.Gzip() : LayerSample.Plain();
        await using var layer = new LayerReader(new MemoryStream(sample.Blob), sample.Descriptor, sample.DiffId);
        Assert.Equal(["a", "b"], await ReadNamesAsync(layer));
        LayerDigests digests = await layer.CompleteAsync();
        Assert.Equal(sample.Descriptor, digests.Descriptor);
        Assert.Equal(sample.DiffId, digests.DiffId);
        Assert.Equal(sample.Archive.Length, digests.UncompressedSize);
        Assert.Equal(gzip ? CompressionAlgorithm.Gzip : CompressionAlgorithm.None, digests.Compression);
        Assert.Same(digests, await layer.CompleteAsync());
    }

    [Fact]
    public async Task CompleteAsync_NoDiffIdGiven_ComputesIt()
    {
        LayerSample sample = LayerSample.Gzip();
        await using var layer = new LayerReader(new MemoryStream(sample.Blob), sample.Descriptor);
        Assert.Equal(sample.DiffId, (await layer.CompleteAsync()).DiffId);
    }

    [Fact]
    public async Task CompleteAsync_OptionsChangedMeanwhile_GoesByThoseItWasMadeWith()
    {
        LayerSample sample = LayerSample.Gzip();
        List<CompressionCodec> codecs = [new GzipCodec()];
        var options = new LayerReaderOptions { Codecs = codecs, Tar = new TarReaderOptions() };
        LayerReaderOptions copy = options.Copy();
        codecs.Clear();
        options.Tar.MaxNameLength = 1;
        await using var layer = new LayerReader(new MemoryStream(sample.Blob), sample.Descriptor, sample.DiffId, copy);
        await layer.CompleteAsync();
        Assert.Equal(new TarReaderOptions().MaxNameLength, copy.Tar?.MaxNameLength);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CompleteAsync_Sha512_IsVerified(bool gzip)
    {
        LayerSample sample = gzip ? LayerSample.Gzip() : LayerSample.Plain();
        Digest diffId = Digest.Compute(DigestAlgorithm.Sha512, sample.Archive);
        await using var layer = new LayerReader(new MemoryStream(sample.Blob), sample.Descriptor, diffId);
        Assert.Equal(diffId, (await layer.CompleteAsync()).DiffId);
    }

    [Fact]
    public void Verifies_OnlyTheWholeOfTheSameContent_SparesTheSecondHash()
    {
        LayerSample sample = LayerSample.Gzip();
        using var verifying = new VerifyingStream(new MemoryStream(sample.Blob), sample.Descriptor);
        Assert.True(verifying.Verifies(sample.Descriptor));
        Assert.False(verifying.Verifies(sample.Descriptor with { Size = 1 }));
        Assert.False(verifying.Verifies(LayerSample.Plain().Descriptor with { Size = sample.Descriptor.Size }));
        verifying.ReadByte();
        Assert.False(verifying.Verifies(sample.Descriptor));
    }

    [Fact]
    public async Task CompleteAsync_VerifyingStreamOfOtherContent_IsVerifiedAnyway()
    {
        LayerSample sample = LayerSample.Gzip(), other = LayerSample.Plain();
        var verifying = new VerifyingStream(new MemoryStream(other.Blob), other.Descriptor);
        await using var layer = new LayerReader(verifying, sample.Descriptor, other.DiffId);
        await Assert.ThrowsAsync<ContentMismatchException>(() => layer.CompleteAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CompleteAsync_WrongDiffId_ThrowsBeforeTheEndIsReported(bool gzip)
    {
        LayerSample sample = gzip ? LayerSample.Gzip() : LayerSample.Plain();
        Digest wrong = Digest.Compute("something else"u8);
        await using var layer = new LayerReader(new MemoryStream(sample.Blob), sample.Descriptor, wrong);
        ContentMismatchException e = await Assert.ThrowsAsync<ContentMismatchException>(() => layer.CompleteAsync());
        Assert.Equal((wrong, sample.DiffId), (e.Expected, e.Actual));
        Assert.Same(e, await Assert.ThrowsAsync<ContentMismatchException>(() => layer.CompleteAsync()));
    }

    [Fact]
    public async Task CompleteAsync_WrongSize_Throws()
    {
        LayerSample sample = LayerSample.Gzip();
        foreach (long size in new[] { sample.Blob.Length - 1, sample.Blob.Length + 1 })
        {
            await using var layer = new LayerReader(new MemoryStream(sample.Blob), sample.Descriptor with { Size = size }, sample.DiffId);
            ContentMismatchException e = await Assert.ThrowsAsync<ContentMismatchException>(() => layer.CompleteAsync());
            Assert.Equal(size, e.ExpectedSize);
        }
    }

    [Fact]
    public async Task CompleteAsync_CutAtEveryByte_IsAMismatch()
    {
        LayerSample sample = LayerSample.Gzip();
        for (int length = 0; length < sample.Blob.Length; length++)
        {
            await using var layer = new LayerReader(new MemoryStream(sample.Blob, 0, length), sample.Descriptor, sample.DiffId);
            await Assert.ThrowsAsync<ContentMismatchException>(() => layer.CompleteAsync());
        }
    }

    [Fact]
    public async Task CompleteAsync_EachByteChanged_IsAMismatchAndNeverALesserReason()
    {
        LayerSample sample = LayerSample.Gzip();
        for (int i = 0; i < sample.Blob.Length; i++)
        {
            sample.Blob[i] ^= 0x10;
            await using var layer = new LayerReader(new MemoryStream(sample.Blob), sample.Descriptor, sample.DiffId);
            await Assert.ThrowsAsync<ContentMismatchException>(() => layer.CompleteAsync());
            sample.Blob[i] ^= 0x10;
        }
    }

    [Fact]
    public async Task TarRead_BlobCutShort_TheReaderGetsTheRootCause()
    {
        LayerSample sample = LayerSample.Gzip();
        await using var layer = new LayerReader(new MemoryStream(sample.Blob, 0, 60), sample.Descriptor, sample.DiffId);
        await Assert.ThrowsAsync<ContentMismatchException>(() => ReadNamesAsync(layer));
    }

    [Fact]
    public async Task CompleteAsync_AfterTarFormatException_TellsOfTheMismatch()
    {
        // More than the pipes hold, so that the tar reader sees the first header before the blob's end is known.
        byte[] archive = new TarBytes().Add("a", content: new byte[8_000_000]).End().ToArray();
        LayerSample sample = LayerSample.Of(archive, archive, MediaTypes.Layer);
        byte[] changed = [.. sample.Blob];
        changed[3] ^= 1;
        await using var layer = new LayerReader(new MemoryStream(changed), sample.Descriptor, sample.DiffId);
        await Assert.ThrowsAsync<TarFormatException>(() => ReadNamesAsync(layer));
        await Assert.ThrowsAsync<ContentMismatchException>(() => layer.CompleteAsync());
    }

    [Fact]
    public async Task CompleteAsync_LayerMadeDamaged_NamesTheCompression()
    {
        LayerSample good = LayerSample.Gzip();
        byte[] blob = [.. good.Blob];
        blob[blob.Length / 2] ^= 0x10;
        LayerSample sample = LayerSample.Of(blob, good.Archive, MediaTypes.LayerGzip);
        await using var layer = new LayerReader(new MemoryStream(blob), sample.Descriptor);
        CompressionException e = await Assert.ThrowsAsync<CompressionException>(() => layer.CompleteAsync());
        Assert.Equal(CompressionAlgorithm.Gzip, e.Algorithm);
        Assert.IsType<InvalidDataException>(e.InnerException);
    }

    [Fact]
    public async Task CompleteAsync_DataAfterTheGzipEnd_CountsForTheBlobOnly()
    {
        LayerSample sample = LayerSample.Gzip(after: [.. new byte[200_000], 1, 2, 3]);
        await using var layer = new LayerReader(new MemoryStream(sample.Blob), sample.Descriptor, sample.DiffId);
        Assert.Equal(sample.Archive.Length, (await layer.CompleteAsync()).UncompressedSize);
    }

    [Fact]
    public async Task CompleteAsync_DataAfterTheTarEnd_CountsForTheDiffId()
    {
        byte[] archive = new TarBytes().Add("a").End().Raw(new byte[700_000]).ToArray();
        LayerSample sample = LayerSample.Gzip(archive);
        await using var layer = new LayerReader(new MemoryStream(sample.Blob), sample.Descriptor, sample.DiffId);
        Assert.Equal(["a"], await ReadNamesAsync(layer));
        Assert.Equal(archive.Length, (await layer.CompleteAsync()).UncompressedSize);
    }

    [Theory]
    [InlineData(new byte[] { 0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0 }, CompressionAlgorithm.Xz)]
    [InlineData(new byte[] { (byte)'B', (byte)'Z', (byte)'h', (byte)'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59 }, CompressionAlgorithm.Bzip2)]
    public async Task CompleteAsync_OtherCompression_IsNamed(byte[] blob, CompressionAlgorithm algorithm)
    {
        LayerSample sample = LayerSample.Of(blob, [], MediaTypes.Layer);
        await using var layer = new LayerReader(new MemoryStream(blob), sample.Descriptor);
        CompressionException e = await Assert.ThrowsAsync<CompressionException>(() => layer.CompleteAsync());
        Assert.Equal(algorithm, e.Algorithm);
    }

    [Fact]
    public async Task CompleteAsync_NoCodecForTheFormat_SaysSo()
    {
        LayerSample sample = LayerSample.Gzip();
        await using var layer = new LayerReader(new MemoryStream(sample.Blob), sample.Descriptor, null, new LayerReaderOptions { Codecs = [] });
        CompressionException e = await Assert.ThrowsAsync<CompressionException>(() => layer.CompleteAsync());
        Assert.Contains("LayerReaderOptions.Codecs", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TarRead_BeyondTheCaps_Throws()
    {
        LayerSample sample = LayerSample.Gzip(new byte[4_000_000]);
        LayerLimitException size = await FailAsync(new LayerReaderOptions { MaxUncompressedSize = 1_000_000 });
        Assert.Equal((nameof(LayerReaderOptions.MaxUncompressedSize), 1_000_000L), (size.LimitName, size.Limit));
        LayerLimitException ratio = await FailAsync(new LayerReaderOptions { MaxExpansionRatio = 100, ExpansionRatioFloor = 1_000_000 });
        Assert.Equal((nameof(LayerReaderOptions.MaxExpansionRatio), 100L), (ratio.LimitName, ratio.Limit));
        await using var allowed = new LayerReader(new MemoryStream(sample.Blob), sample.Descriptor, sample.DiffId);
        await allowed.CompleteAsync();

        async Task<LayerLimitException> FailAsync(LayerReaderOptions options)
        {
            await using var layer = new LayerReader(new MemoryStream(sample.Blob), sample.Descriptor, sample.DiffId, options);
            return await Assert.ThrowsAsync<LayerLimitException>(() => layer.CompleteAsync());
        }
    }

    [Fact]
    public async Task TarRead_SourceFails_TheSourcesExceptionComesOut()
    {
        LayerSample sample = LayerSample.Plain();
        await using var layer = new LayerReader(new FailingStream(0), sample.Descriptor);
        await Assert.ThrowsAsync<IOException>(async () => await layer.Tar.ReadAsync());
        await Assert.ThrowsAsync<IOException>(() => layer.CompleteAsync());
    }

    [Fact]
    public async Task DisposeAsync_HalfRead_StopsAndDisposesTheBlob()
    {
        LayerSample sample = LayerSample.Gzip(new TarBytes().Add("a", content: new byte[8_000_000]).End().ToArray());
        var blob = new MemoryStream(sample.Blob);
        var layer = new LayerReader(blob, sample.Descriptor, sample.DiffId);
        Assert.True(await layer.Tar.ReadAsync());
        await layer.DisposeAsync();
        await layer.DisposeAsync();
        Assert.False(blob.CanRead);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => layer.CompleteAsync());
    }

    [Fact]
    public async Task DisposeAsync_SourceThatNeverAnswers_IsCancelled()
    {
        var silent = new Pipe();
        LayerSample sample = LayerSample.Plain();
        var layer = new LayerReader(silent.Reader.AsStream(), sample.Descriptor, leaveOpen: true);
        using var cancellation = new CancellationTokenSource();
        ValueTask<bool> read = layer.Tar.ReadAsync(cancellation.Token);
        await cancellation.CancelAsync();
        OperationCanceledException e = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await read);
        Assert.Equal(cancellation.Token, e.CancellationToken);
        await layer.DisposeAsync();
    }

    private static async Task<List<string>> ReadNamesAsync(LayerReader layer)
    {
        var names = new List<string>();
        while (await layer.Tar.ReadAsync())
        {
            names.Add(Encoding.UTF8.GetString(layer.Tar.Entry.Name));
        }
        return names;
    }
}
