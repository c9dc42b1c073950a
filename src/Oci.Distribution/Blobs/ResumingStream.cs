using System.Buffers;
using System.Net;
using Oci.Distribution.Http;
using Oci.Image;

namespace Oci.Distribution.Blobs;

/// <summary>The bytes of a blob, or of a part, over as many connections as it takes. What was read stays read: no hash begins anew.</summary>
internal sealed class ResumingStream(BlobConnection connection, RegistryTransport transport, long start, long end) : ReadStream
{
    // Less than this between two breaks is no progress, so that a peer cannot keep a reader forever.
    private const long Progress = 1024 * 1024;

    private readonly IdleTimer _timer = new(transport.IdleTimeout, transport.TimeProvider);
    private readonly long _start = start;
    private readonly bool _isPart = start > 0 || end < connection.Descriptor.Size;
    private long _offset = start;
    private long _offsetAtBreak = start - Progress;
    private long _skip;
    private int _breaks;

    public override long Length => end - _start;

    public override long Position { get => _offset - _start; set => throw new NotSupportedException(); }

    /// <summary>Opens the first connection, unless one is open.</summary>
    /// <exception cref="ContentNotFoundException">There is no such blob.</exception>
    /// <exception cref="RegistryException">The registry refused or could not be reached.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (connection.IsOpen)
        {
            _skip = connection.IsPartial ? 0 : _start;
            return;
        }
        try
        {
            _skip = await connection.OpenAsync(_start, end, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryException e) when (e.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && !connection.RequiresPartial)
        {
            // The range is within the blob, so it is ranges that this registry cannot.
            connection.UsesRanges = false;
            _skip = await connection.OpenAsync(_start, end, cancellationToken).ConfigureAwait(false);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Of a whole blob what comes too much is read as well, so that it is told; of a part there may rightly be more.
        buffer = _isPart && end - _offset < buffer.Length ? buffer[..(int)(end - _offset)] : buffer;
        while (!buffer.IsEmpty)
        {
            Exception? broken = null;
            try
            {
                await SkipAsync(cancellationToken).ConfigureAwait(false);
                int read = await _timer.ReadAsync(connection.Body, buffer, cancellationToken).ConfigureAwait(false);
                // Without a length the end of a connection looks like the end of the body.
                if (read > 0 || _offset >= end)
                {
                    _offset += read;
                    RegistryTelemetry.Pulled.Add(read);
                    return read;
                }
            }
            catch (Exception e) when (e is IOException or HttpRequestException or TimeoutException)
            {
                if (_offset >= end)
                {
                    // All is here: what broke is only the way that the end was to be told, such as the last line of a chunked body.
                    return 0;
                }
                broken = e;
            }
            if (await TryResumeAsync(broken, cancellationToken).ConfigureAwait(false))
            {
                continue;
            }
            if (broken is not null)
            {
                throw connection.Broken(broken);
            }
            return _isPart ? throw new ContentMismatchException("blob", connection.Descriptor.Digest, connection.Descriptor.Size, actual: null, _offset) : 0;
        }
        return 0;
    }

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
                _skip = await connection.OpenAsync(_offset, end, cancellationToken).ConfigureAwait(false);
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

    private async ValueTask SkipAsync(CancellationToken cancellationToken)
    {
        if (_skip == 0)
        {
            return;
        }
        byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (_skip > 0)
            {
                int read = await _timer.ReadAsync(connection.Body, buffer.AsMemory(0, (int)Math.Min(buffer.Length, _skip)), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    throw new IOException("The connection ended before the place where reading was to go on.");
                }
                _skip -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
