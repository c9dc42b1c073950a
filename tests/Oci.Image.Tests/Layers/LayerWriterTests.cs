using System.IO.Compression;
using Oci.Image.Compression;
using Oci.Image.Layers;
using Oci.Image.Tar;
using Oci.Image.Tests.Compression;

namespace Oci.Image.Tests.Layers;

public sealed class LayerWriterTests
{
    [Theory]
    [InlineData(CompressionAlgorithm.Gzip)]
    [InlineData(CompressionAlgorithm.None)]
    public async Task CompleteAsync_Entries_GiveALayerThatReadsBack(CompressionAlgorithm algorithm)
    {
        byte[] content = GzipCodecTests.MakeContent(3_000_000);
        var blob = new MemoryStream();
        LayerDigests digests;
        await using (var writer = new LayerWriter(blob, new LayerWriterOptions { Codec = algorithm == CompressionAlgorithm.None ? null : new GzipCodec() }))
        {
            await writer.Tar.WriteEntryAsync(new TarHeader { Name = "file"u8.ToArray(), Size = content.Length }, content);
            digests = await writer.CompleteAsync();
        }
        Assert.True(blob.CanWrite);
        Assert.Equal(Descriptor.Create(algorithm == CompressionAlgorithm.None ? MediaTypes.Layer : MediaTypes.LayerGzip, blob.ToArray()), digests.Descriptor);
        Assert.Equal(algorithm, digests.Compression);
        blob.Position = 0;
        await using var reader = new LayerReader(blob, digests.Descriptor, digests.DiffId);
        Assert.True(await reader.Tar.ReadAsync());
        var copy = new MemoryStream();
        await reader.Tar.CopyContentToAsync(copy);
        Assert.Equal(content, copy.ToArray());
        Assert.Equal(digests, await reader.CompleteAsync());
    }

    [Fact]
    public async Task CompleteAsync_ExistingArchive_KeepsItsBytes()
    {
        LayerSample sample = LayerSample.Plain();
        var blob = new MemoryStream();
        await using var writer = new LayerWriter(blob, new LayerWriterOptions { DigestAlgorithm = DigestAlgorithm.Sha512 });
        await new MemoryStream(sample.Archive).CopyToAsync(writer.Archive);
        LayerDigests digests = await writer.CompleteAsync();
        Assert.Equal(Digest.Compute(DigestAlgorithm.Sha512, sample.Archive), digests.DiffId);
        Assert.Equal(Digest.Compute(DigestAlgorithm.Sha512, blob.ToArray()), digests.Descriptor.Digest);
        blob.Position = 0;
        var plain = new MemoryStream();
        await new GZipStream(blob, CompressionMode.Decompress).CopyToAsync(plain);
        Assert.Equal(sample.Archive, plain.ToArray());
        Assert.Throws<InvalidOperationException>(() => writer.Tar);
    }

    [Fact]
    public async Task CompleteAsync_DestinationFails_TheFailureComesOut()
    {
        await using var writer = new LayerWriter(new FailingWriteStream(), new LayerWriterOptions { Codec = null });
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            await writer.Tar.WriteEntryAsync(new TarHeader { Name = "file"u8.ToArray(), Size = 4_000_000 }, new byte[4_000_000]);
            await writer.CompleteAsync();
        });
    }

    [Fact]
    public async Task CompleteAsync_AfterAFailedEntry_IsRefused()
    {
        await using var writer = new LayerWriter(new MemoryStream());
        await Assert.ThrowsAsync<InvalidDataException>(async () => await writer.Tar.WriteEntryAsync(new TarHeader { Name = "file"u8.ToArray(), Size = 2 }, Stream.Null));
        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.CompleteAsync());
    }

    [Fact]
    public async Task DisposeAsync_NotCompleted_EndsTheStages()
    {
        var writer = new LayerWriter(new MemoryStream());
        await writer.Tar.WriteEntryAsync(new TarHeader { Name = "file"u8.ToArray(), Size = 2_000_000 }, new byte[2_000_000]);
        await writer.DisposeAsync();
        await writer.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => writer.CompleteAsync());
    }

    [Fact]
    public async Task DisposeAsync_NotCompleted_WritesNothingMore()
    {
        var blob = new MemoryStream();
        var writer = new LayerWriter(blob);
        await writer.Tar.WriteEntryAsync(new TarHeader { Name = "file"u8.ToArray(), Size = 2000 }, new byte[2000]);
        await writer.DisposeAsync();
        // Not even a header: what came so far is no layer, and must not look like one.
        Assert.Equal(0, blob.Length);
    }

    [Fact]
    public async Task DisposeAsync_DestinationThatNobodyReads_DoesNotWait()
    {
        // A pipe with room for nothing, as an upload whose connection hangs.
        var pipe = new System.IO.Pipelines.Pipe(new System.IO.Pipelines.PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var writer = new LayerWriter(pipe.Writer.AsStream());
        await writer.Tar.WriteEntryAsync(new TarHeader { Name = "file"u8.ToArray(), Size = 2000 }, new byte[2000]);
        await writer.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Constructor_CodecOfNoLayerFormat_IsRefused() =>
        Assert.Throws<CompressionException>(() => new LayerWriter(Stream.Null, new LayerWriterOptions { Codec = new XzCodec() }));

    private sealed class XzCodec : CompressionCodec
    {
        public override CompressionAlgorithm Algorithm => CompressionAlgorithm.Xz;
        public override Stream OpenDecompressor(Stream source) => throw new NotSupportedException();
        public override Stream OpenCompressor(Stream destination) => throw new NotSupportedException();
    }

    private sealed class FailingWriteStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("No space left on device, says the test.");
    }
}
