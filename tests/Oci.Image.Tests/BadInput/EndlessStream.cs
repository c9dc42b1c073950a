namespace Oci.Image.Tests.BadInput;

/// <summary>Gives the same bytes over and over, as many as are asked for: an archive of any size in no memory.</summary>
internal sealed class EndlessStream(byte[] start, byte[] repeated, Action<byte[], long>? change = null) : Stream
{
    private byte[] _current = start;
    private int _used;
    private long _round;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        int filled = 0;
        while (filled < buffer.Length)
        {
            if (_used == _current.Length)
            {
                _current = repeated;
                _used = 0;
                change?.Invoke(repeated, _round++);
            }
            int count = Math.Min(buffer.Length - filled, _current.Length - _used);
            _current.AsSpan(_used, count).CopyTo(buffer[filled..]);
            filled += count;
            _used += count;
        }
        return filled;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
