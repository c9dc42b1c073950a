using Oci.Image.Compression;
using Oci.Image.Layers;
using Oci.Image.Tar;

namespace Oci.Image.Tests.Compression;

public sealed class ZstdCodecTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(128 * 1024)]
    [InlineData(3_000_000)]
    public async Task OpenCompressor_AnySize_ZstdReadsItBack(int size)
    {
        RequiresLibrary();
        string zstd = Requires.Tool("zstd");
        byte[] content = GzipCodecTests.MakeContent(size);
        using var temp = new TempDirectory();
        byte[] compressed = await CompressAsync(content);
        await File.WriteAllBytesAsync(temp.Combine("a.zst"), compressed);
        (await ToolResult.RunAsync(zstd, ["-d", temp.Combine("a.zst")])).EnsureSuccess();
        Assert.Equal(content, await File.ReadAllBytesAsync(temp.Combine("a")));
        Assert.Equal(content, await DecompressAsync(new MemoryStream(compressed)));
    }

    [Fact]
    public async Task OpenDecompressor_SkippableFramesAndSeveralFrames_AreReadOneAfterAnother()
    {
        RequiresLibrary();
        byte[] skippable = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
        byte[] frames = [.. skippable, .. await CompressAsync("one "u8.ToArray()), .. skippable, .. await CompressAsync("two"u8.ToArray()), .. skippable];
        Assert.Equal("one two"u8.ToArray(), await DecompressAsync(new MemoryStream(frames)));
        Assert.Equal("one two"u8.ToArray(), await DecompressAsync(new OneByteStream(new MemoryStream(frames))));
    }

    [Fact]
    public async Task OpenDecompressor_CutAtEveryByte_IsInvalid()
    {
        RequiresLibrary();
        byte[] frame = await CompressAsync(GzipCodecTests.MakeContent(300));
        for (int length = 1; length < frame.Length; length++)
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => DecompressAsync(new MemoryStream(frame, 0, length)));
        }
    }

    [Fact]
    public async Task OpenDecompressor_WindowBeyondTheCap_IsInvalid()
    {
        RequiresLibrary();
        // A frame header that asks for a window of 2^(10+18) = 256 MiB (RFC 8878, 3.1.1.1.2).
        byte[] frame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 18 << 3, 0x01, 0x00, 0x00];
        InvalidDataException e = await Assert.ThrowsAsync<InvalidDataException>(() => DecompressAsync(new MemoryStream(frame)));
        Assert.Contains("memory", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LayerWriter_Zstd_IsReadBackByLayerReader()
    {
        RequiresLibrary();
        var blob = new MemoryStream();
        await using var writer = new LayerWriter(blob, new LayerWriterOptions { Codec = new ZstdCodec() });
        byte[] content = GzipCodecTests.MakeContent(2_000_000);
        await writer.Tar.WriteEntryAsync(new TarHeader { Name = "file"u8.ToArray(), Size = content.Length }, content);
        LayerDigests digests = await writer.CompleteAsync();
        Assert.Equal(MediaTypes.LayerZstd, digests.Descriptor.MediaType);
        blob.Position = 0;
        await using var reader = new LayerReader(blob, digests.Descriptor, digests.DiffId);
        Assert.Equal(digests, await reader.CompleteAsync());
    }

    [Fact]
    public async Task LayerReader_DamagedZstd_NamesTheCompression()
    {
        RequiresLibrary();
        byte[] blob = await CompressAsync(GzipCodecTests.MakeContent(5000));
        blob[^1] ^= 1;
        await using var reader = new LayerReader(new MemoryStream(blob), Descriptor.Create(MediaTypes.LayerZstd, blob));
        CompressionException e = await Assert.ThrowsAsync<CompressionException>(() => reader.CompleteAsync());
        Assert.Equal(CompressionAlgorithm.Zstd, e.Algorithm);
    }

    [Fact]
    public void Load_LibraryMissing_SaysWhatToInstall()
    {
        CompressionException e = Assert.Throws<CompressionException>(() => ZstdCodec.Load(() => throw new DllNotFoundException()));
        Assert.Contains("libzstd1", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenCompressor_AnyNumberOfWorkers_WritesTheSameBytes()
    {
        RequiresLibrary();
        var content = new byte[20_000_000];
        // Bytes of few values, so that matches are found across the borders of what one worker gets.
        new Random(7).NextBytes(content.AsSpan(0, 1_000_000));
        for (int i = 1_000_000; i < content.Length; i++)
        {
            content[i] = (byte)(content[i - 1_000_000] ^ (i >> 20));
        }
        byte[] one = await CompressAsync(content, new ZstdCodec(workers: 1));

        Assert.Equal(one, await CompressAsync(content, new ZstdCodec(workers: 3)));
        Assert.Equal(content, await DecompressAsync(new MemoryStream(one)));
    }

    private static void RequiresLibrary() =>
        Assert.SkipUnless(System.Runtime.InteropServices.NativeLibrary.TryLoad("libzstd.so.1", out _), "Needs libzstd.so.1, which is not installed here.");

    private static async Task<byte[]> CompressAsync(byte[] content, ZstdCodec? codec = null)
    {
        var output = new MemoryStream();
        await using (Stream compressor = (codec ?? new ZstdCodec()).OpenCompressor(output))
        {
            await compressor.WriteAsync(content);
        }
        return output.ToArray();
    }

    private static async Task<byte[]> DecompressAsync(Stream compressed)
    {
        var output = new MemoryStream();
        await using Stream decompressor = new ZstdCodec().OpenDecompressor(compressed);
        await decompressor.CopyToAsync(output);
        return output.ToArray();
    }
}
