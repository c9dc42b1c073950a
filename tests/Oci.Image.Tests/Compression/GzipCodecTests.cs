using System.IO.Compression;
using Oci.Image.Compression;

namespace Oci.Image.Tests.Compression;

public sealed class GzipCodecTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(GzipBlock.Size - 1)]
    [InlineData(GzipBlock.Size)]
    [InlineData(GzipBlock.Size + 1)]
    [InlineData(5 * GzipBlock.Size + 77)]
    public async Task OpenCompressor_AnySize_GzipReadsItBack(int size)
    {
        string gzip = Requires.Tool("gzip");
        byte[] content = MakeContent(size);
        using var temp = new TempDirectory();
        await File.WriteAllBytesAsync(temp.Combine("a.gz"), await CompressAsync(content, workers: 2));
        // gzip checks the CRC and the length, which are combined from those of the blocks.
        (await ToolResult.RunAsync(gzip, ["-d", temp.Combine("a.gz")])).EnsureSuccess();
        Assert.Equal(content, await File.ReadAllBytesAsync(temp.Combine("a")));
    }

    [Fact]
    public async Task OpenCompressor_AnyWorkersAndWrites_GiveTheSameBytes()
    {
        byte[] content = MakeContent(4 * GzipBlock.Size + 12345);
        byte[] expected = await CompressAsync(content, workers: 1);
        foreach ((int workers, int write) in new[] { (2, 1 << 16), (8, 1 << 20), (3, 4097), (16, int.MaxValue) })
        {
            Assert.Equal(expected, await CompressAsync(content, workers, write));
        }
        Assert.Equal([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255], expected[..10]);
    }

    [Theory]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.SmallestSize)]
    public async Task OpenCompressor_RandomBytes_FitTheirBlock(CompressionLevel level)
    {
        byte[] content = new byte[2 * GzipBlock.Size];
        new Random(1).NextBytes(content);
        Assert.Equal(content, await DecompressAsync(await CompressAsync(content, workers: 2, level: level)));
    }

    [Fact]
    public async Task OpenDecompressor_SeveralMembers_AreReadOneAfterAnother()
    {
        byte[] members = [.. await CompressAsync("one "u8.ToArray(), 1), .. await CompressAsync([], 1), .. await CompressAsync("two"u8.ToArray(), 1)];
        Assert.Equal("one two"u8.ToArray(), await DecompressAsync(members));
        using var bytewise = new OneByteStream(new MemoryStream(members));
        Assert.Equal("one two"u8.ToArray(), await DecompressAsync(bytewise));
    }

    [Fact]
    public async Task OpenDecompressor_DamagedData_IsInvalid()
    {
        byte[] damaged = await CompressAsync(MakeContent(10_000), 1);
        damaged[damaged.Length / 2] ^= 0x55;
        await Assert.ThrowsAsync<InvalidDataException>(() => DecompressAsync(damaged));
    }

    [Fact]
    public async Task WriteAsync_DestinationFails_TheFailureComesOutAndBuffersAreFreed()
    {
        Stream compressor = new GzipCodec(workers: 2).OpenCompressor(new FullStream());
        await Assert.ThrowsAsync<IOException>(async () => await compressor.WriteAsync(MakeContent(8 * GzipBlock.Size)));
        // Nor are later bytes dropped without a word.
        await Assert.ThrowsAsync<IOException>(async () => await compressor.WriteAsync(new byte[1]));
        // It does not try to end what it could not write.
        await compressor.DisposeAsync();
    }

    internal static byte[] MakeContent(int size)
    {
        byte[] content = new byte[size];
        var random = new Random(size);
        for (int i = 0; i < size; i++)
        {
            content[i] = (byte)(i % 100 < 50 ? i >> 4 : random.Next(8));
        }
        return content;
    }

    private static async Task<byte[]> CompressAsync(byte[] content, int workers, int write = 1 << 16, CompressionLevel level = CompressionLevel.Optimal)
    {
        var output = new MemoryStream();
        await using (Stream compressor = new GzipCodec(level, workers).OpenCompressor(output))
        {
            for (int at = 0; at < content.Length; at += Math.Min(write, content.Length - at))
            {
                await compressor.WriteAsync(content.AsMemory(at, Math.Min(write, content.Length - at)));
            }
        }
        return output.ToArray();
    }

    private static Task<byte[]> DecompressAsync(byte[] compressed) => DecompressAsync(new MemoryStream(compressed));

    private static async Task<byte[]> DecompressAsync(Stream compressed)
    {
        var output = new MemoryStream();
        await using Stream decompressor = new GzipCodec().OpenDecompressor(compressed);
        await decompressor.CopyToAsync(output);
        return output.ToArray();
    }

    private sealed class FullStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("No space left on device, says the test.");
    }
}
