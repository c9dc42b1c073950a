namespace Oci.Distribution.Copying;

/// <summary>Opens a stream when it is first read, and tells how many bytes were, about once a mebibyte.</summary>
internal sealed class ProgressStream(Func<CancellationToken, ValueTask<Stream>> open, Action<long>? report) : Stream
{
    private const long Step = 1024 * 1024;

    private Stream? _inner;
    private long _read;
    private long _reported;

    /// <summary>Whether anything was read.</summary>
    public bool IsOpened => _inner is not null;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _read; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        _inner ??= open(CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return Count(_inner.Read(buffer));
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _inner ??= await open(cancellationToken).ConfigureAwait(false);
        return Count(await _inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner?.Dispose();
        }
        base.Dispose(disposing);
    }

    private int Count(int read)
    {
        _read += read;
        if (_read - _reported >= Step)
        {
            _reported = _read;
            report?.Invoke(_read);
        }
        return read;
    }
}
