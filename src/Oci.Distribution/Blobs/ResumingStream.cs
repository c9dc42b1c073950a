using System.Buffers;
using System.Net;
using Oci.Distribution.Http;

namespace Oci.Distribution.Blobs;

/// <summary>The bytes of a blob over as many connections as it takes. What was read stays read: no hash begins anew.</summary>
internal sealed class ResumingStream(BlobConnection connection, RegistryTransport transport) : Stream
{
    // Less than this between two breaks is no progress, so that a peer cannot keep a reader forever.
    private const long Progress = 1024 * 1024;

    private readonly IdleTimer _timer = new(transport.IdleTimeout, transport.TimeProvider);
    private long _offset;
    private long _offsetAtBreak = -Progress;
    private int _breaks;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => connection.Descriptor.Size;

    public override long Position { get => _offset; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            Exception? broken = null;
            try
            {
                int read = await _timer.ReadAsync(connection.Body, buffer, cancellationToken).ConfigureAwait(false);
                // Without a length the end of a connection looks like the end of the body.
                if (read > 0 || _offset >= Length)
                {
                    _offset += read;
                    RegistryTelemetry.Pulled.Add(read);
                    return read;
                }
            }
            catch (Exception e) when (e is IOException or HttpRequestException or TimeoutException)
            {
                broken = e;
            }
            if (!await TryResumeAsync(broken, cancellationToken).ConfigureAwait(false))
            {
                return broken is null ? 0 : throw connection.Broken(broken);
            }
        }
        return 0;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

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
            connection.Dispose();
            _timer.Dispose();
        }
        base.Dispose(disposing);
    }

    private async Task<bool> TryResumeAsync(Exception? broken, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_offset - _offsetAtBreak >= Progress)
            {
                _breaks = 0;
                _offsetAtBreak = _offset;
            }
            if (_breaks >= transport.MaxRetries)
            {
                return false;
            }
            await transport.DelayAsync(_breaks++, cancellationToken).ConfigureAwait(false);
            transport.Logger.ResumingRead(connection.Uri, _offset);
            RegistryTelemetry.Resumes.Add(1);
            try
            {
                long skip = await connection.OpenAsync(_offset, cancellationToken).ConfigureAwait(false);
                await SkipAsync(skip, cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (RegistryException e) when (broken is null && e.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                // The body ended early, and the registry says that there is no more: the blob is short.
                return false;
            }
            catch (Exception e) when (e is IOException or HttpRequestException or TimeoutException or RegistryException { IsTransient: true })
            {
                broken = e;
            }
        }
    }

    private async Task SkipAsync(long count, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (count > 0)
            {
                int read = await _timer.ReadAsync(connection.Body, buffer.AsMemory(0, (int)Math.Min(buffer.Length, count)), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    throw new IOException("The connection ended before the place where reading was to go on.");
                }
                count -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
