namespace Oci.Distribution.AspNetCore.Tests.Proxying;

/// <summary>The content of another stream with one byte wrong, cut short, or with one byte more.</summary>
internal sealed class LyingStream(Stream inner, long size, Lie lie) : Stream
{
    private long _read;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (lie == Lie.Breaks && _read >= size / 2)
        {
            throw new IOException("The connection was reset, says the test.");
        }
        if (lie == Lie.EndsEarly && _read >= size / 2)
        {
            return 0;
        }
        int count = await ReadInnerAsync(buffer, cancellationToken);
        if (count == 0 && lie == Lie.GoesOn && _read == size)
        {
            count = 1;
        }
        if (lie == Lie.LastByte && count > 0 && _read + count == size)
        {
            buffer.Span[count - 1] ^= 1;
        }
        if (lie == Lie.FirstByte && count > 0 && _read == 0)
        {
            buffer.Span[0] ^= 1;
        }
        _read += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }
        base.Dispose(disposing);
    }

    private ValueTask<int> ReadInnerAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        inner.ReadAsync(buffer[..Math.Min(buffer.Length, 100_000)], cancellationToken);
}
