using System.Security.Cryptography;
using Oci.Distribution.Http;
using Oci.Image;

namespace Oci.Distribution.Uploads;

/// <summary>A blob that is pushed while it is made. What fits one chunk goes in one request, after asking whether it is there.</summary>
internal sealed class BlobWriter(Repository repository, RegistryTransport transport) : ContentWriter
{
    private const int InitialSize = 64 * 1024;

    private readonly IncrementalHash _hash = Digest.CreateHash(DigestAlgorithm.Sha256);
    private byte[] _buffer = new byte[InitialSize];
    private int _count;
    private long _written;
    private int _chunkSize = transport.ChunkSize;
    private UploadSession? _session;
    private ChunkSender? _sender;
    private bool _ended;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        while (!buffer.IsEmpty)
        {
            if (_count == _chunkSize)
            {
                await SendAsync(cancellationToken).ConfigureAwait(false);
            }
            int count = Math.Min(buffer.Length, _chunkSize - _count);
            Reserve(_count + count);
            buffer.Span[..count].CopyTo(_buffer.AsSpan(_count));
            _hash.AppendData(buffer.Span[..count]);
            _count += count;
            _written += count;
            buffer = buffer[count..];
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    // A chunk must not be smaller than the registry's least, so nothing is sent early.
    public override void Flush()
    {
    }

    public override async Task<Descriptor> CommitAsync(MediaType mediaType, Digest? expected = null, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        Digest actual = Digest.FromHash(DigestAlgorithm.Sha256, _hash.GetCurrentHash());
        if (expected is Digest digest && digest != actual)
        {
            await EndAsync().ConfigureAwait(false);
            throw new ContentMismatchException("blob", digest, null, actual, _written);
        }
        var descriptor = new Descriptor { MediaType = mediaType, Digest = actual, Size = _written };
        if (_session is null)
        {
            await repository.Blobs.PushAsync(descriptor, new MemoryStream(_buffer, 0, _count, writable: false), cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await SendAsync(cancellationToken).ConfigureAwait(false);
            await _session.CompleteAsync(null, actual, cancellationToken).ConfigureAwait(false);
            _session = null;
        }
        await EndAsync().ConfigureAwait(false);
        return descriptor;
    }

    public override async ValueTask DisposeAsync()
    {
        await EndAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            EndAsync().GetAwaiter().GetResult();
        }
        base.Dispose(disposing);
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        if (_session is null)
        {
            _session = await new UploadOpener(repository, transport).StartAsync(DigestAlgorithm.Sha256, cancellationToken).ConfigureAwait(false);
            _sender = new ChunkSender(_session, transport);
            _chunkSize = ChunkSender.GetChunkSize(_session, transport);
            if (_count < _chunkSize)
            {
                // The registry wants more at once; the buffer grows and is sent when that is full.
                return;
            }
        }
        await _sender!.SendAsync(_buffer.AsMemory(0, _count), cancellationToken).ConfigureAwait(false);
        _count = 0;
    }

    private async Task EndAsync()
    {
        if (_ended)
        {
            return;
        }
        _ended = true;
        _hash.Dispose();
        _buffer = [];
        if (_session is not null)
        {
            await _session.CancelAsync().ConfigureAwait(false);
        }
    }

    private void Reserve(int size)
    {
        if (size > _buffer.Length)
        {
            Array.Resize(ref _buffer, (int)Math.Min(Math.Max(2L * _buffer.Length, size), _chunkSize));
        }
    }
}
