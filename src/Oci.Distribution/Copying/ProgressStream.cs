using Oci.Image;

namespace Oci.Distribution.Copying;

/// <summary>Opens a stream when it is first read, and tells how many bytes were, about once a mebibyte.</summary>
internal sealed class ProgressStream(Func<CancellationToken, ValueTask<Stream>> open, Action<long>? report) : ForwardReadStream
{
    private const long Step = 1024 * 1024;

    private Stream? _inner;
    private long _read;
    private long _reported;

    /// <summary>Whether anything was read.</summary>
    public bool IsOpened => _inner is not null;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _inner ??= await open(cancellationToken).ConfigureAwait(false);
        int read = await _inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _read += read;
        if (_read - _reported >= Step)
        {
            _reported = _read;
            report?.Invoke(_read);
        }
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner?.Dispose();
        }
        base.Dispose(disposing);
    }
}
