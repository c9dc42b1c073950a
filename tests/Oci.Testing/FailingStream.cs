namespace Oci.Testing;

/// <summary>Gives <paramref name="count"/> bytes of zeros, then throws, as a connection that breaks does.</summary>
public sealed class FailingStream(long count) : Stream
{
    private long _left = count;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        if (_left == 0)
        {
            throw new IOException("The connection was reset, says the test.");
        }
        int read = (int)Math.Min(buffer.Length, _left);
        buffer[..read].Clear();
        _left -= read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        new(Read(buffer.Span));

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
