using Oci.Image.Tar;

namespace Oci.Image.Tests.Tar;

public sealed class TarReaderSeekTests
{
    private const int Long = 1 << 20;

    [Fact]
    public async Task ReadAsync_StreamThatSeeks_PassesOverLongContentUnread()
    {
        using var stream = new CountingStream(Archive());
        await using var reader = new TarReader(stream);

        Assert.Equal(["a", "b", "c"], await NamesAsync(reader));
        Assert.InRange(stream.BytesRead, 1, Long);
    }

    [Fact]
    public async Task ReadContentAsync_AfterASeek_GivesTheContentOfItsEntry()
    {
        await using var reader = new TarReader(new CountingStream(Archive()));
        await reader.ReadAsync();
        await reader.ReadAsync();
        using var content = new MemoryStream();
        await reader.CopyContentToAsync(content);

        Assert.Equal(Content(2), content.ToArray());
        Assert.True(await reader.ReadAsync());
        Assert.Equal(reader.Entry.HeaderOffset + 512, reader.Position);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(Long - 1)]
    [InlineData(Long)]
    public async Task ReadAsync_StreamThatSeeksEndsInTheContent_Throws(int left)
    {
        byte[] archive = new TarBytes().Add("a", content: new byte[Long + 1]).ToArray();
        await using var reader = new TarReader(new CountingStream(archive[..(512 + left)]));
        Assert.True(await reader.ReadAsync());

        TarFormatException exception = await Assert.ThrowsAsync<TarFormatException>(() => reader.ReadAsync().AsTask());
        Assert.Contains($"{Long + 1 - left} of {Long + 1} bytes are missing", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_StreamThatSeeksEndsInThePadding_Throws()
    {
        byte[] archive = new TarBytes().Add("a", content: new byte[Long + 1]).ToArray();
        await using var reader = new TarReader(new CountingStream(archive[..(512 + Long + 2)]));
        Assert.True(await reader.ReadAsync());

        TarFormatException exception = await Assert.ThrowsAsync<TarFormatException>(() => reader.ReadAsync().AsTask());
        Assert.Contains("padding", exception.Message, StringComparison.Ordinal);
    }

    private static byte[] Archive() => new TarBytes().Add("a", content: Content(1)).Add("b", content: Content(2)).Add("c", content: Content(3)).End().ToArray();

    private static byte[] Content(int seed)
    {
        var content = new byte[Long + seed];
        new Random(seed).NextBytes(content);
        return content;
    }

    private static async Task<string[]> NamesAsync(TarReader reader)
    {
        var names = new List<string>();
        while (await reader.ReadAsync())
        {
            names.Add(reader.Entry.ToString());
        }
        return [.. names];
    }

    /// <summary>Not a MemoryStream, so that it is read asynchronously.</summary>
    private sealed class CountingStream(byte[] bytes) : Stream
    {
        public long BytesRead { get; private set; }

        public override bool CanRead => true;
        public override bool CanSeek => true;
        public override bool CanWrite => false;
        public override long Length => bytes.Length;
        public override long Position { get; set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            return Read(buffer.Span);
        }

        public override int Read(Span<byte> buffer)
        {
            int count = (int)Math.Clamp(bytes.Length - Position, 0, buffer.Length);
            bytes.AsSpan((int)Position, count).CopyTo(buffer);
            Position += count;
            BytesRead += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override long Seek(long offset, SeekOrigin origin) => Position = origin == SeekOrigin.Current ? Position + offset : throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
