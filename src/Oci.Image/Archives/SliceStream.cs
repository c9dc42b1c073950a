using Microsoft.Win32.SafeHandles;

namespace Oci.Image.Archives;

/// <summary>Reads a part of a file by position, so that many of these share one handle, which they do not own.</summary>
internal sealed class SliceStream(SafeFileHandle file, ArchiveEntry slice) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => slice.Size;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        int count = Clip(buffer.Length);
        int read = count == 0 ? 0 : RandomAccess.Read(file, buffer[..count], slice.Offset + _position);
        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = Clip(buffer.Length);
        int read = count == 0 ? 0 : await RandomAccess.ReadAsync(file, buffer[..count], slice.Offset + _position, cancellationToken).ConfigureAwait(false);
        _position += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => slice.Size + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Clip(int count) => (int)Math.Clamp(slice.Size - _position, 0, count);
}
