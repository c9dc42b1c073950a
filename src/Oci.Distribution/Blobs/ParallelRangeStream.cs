using Oci.Distribution.Http;

namespace Oci.Distribution.Blobs;

/// <summary>The bytes of a blob, fetched in ranges of one size, several at once, and handed out in order.</summary>
/// <remarks>Where a range cannot be had, the rest is read over one connection, which either succeeds or tells what is wrong.</remarks>
internal sealed class ParallelRangeStream : ReadStream
{
    private readonly Func<bool, BlobConnection> _connect;
    private readonly RegistryTransport _transport;
    private readonly long _start;
    private readonly long _end;
    private readonly int _rangeSize;
    private readonly int _parallel;
    private readonly CancellationTokenSource _stop = new();
    private readonly Queue<FetchedRange> _ranges = new();
    private readonly Stack<byte[]> _free = new();
    private long _next;
    private long _offset;
    private bool _isGivenUp;
    private Stream? _sequential;

    private ParallelRangeStream(Func<bool, BlobConnection> connect, RegistryTransport transport, long start, long end, OpenBlobOptions options)
    {
        _connect = connect;
        _transport = transport;
        _start = _next = _offset = start;
        _end = end;
        _rangeSize = options.RangeSize;
        _parallel = options.ParallelRanges;
    }

    public override long Length => _end - _start;

    public override long Position { get => _offset - _start; set => throw new NotSupportedException(); }

    /// <summary>Asks for the first range, and by its answer reads in parallel or over one connection.</summary>
    /// <param name="connect">Makes a connection that takes nothing but the range where its argument is true.</param>
    /// <param name="transport">The client's.</param>
    /// <param name="start">The first byte.</param>
    /// <param name="end">The byte after the last.</param>
    /// <param name="options">How large the ranges are, and how many at once.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    public static async Task<Stream> OpenAsync(Func<bool, BlobConnection> connect, RegistryTransport transport, long start, long end, OpenBlobOptions options, CancellationToken cancellationToken)
    {
        BlobConnection first = connect(false);
        try
        {
            await first.OpenAsync(start, Math.Min(start + options.RangeSize, end), cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryException e) when (!e.IsTransient && e is not RegistryAuthenticationException)
        {
            // 416, or a range that nobody asked for: the registry is bad at ranges, and may be good without.
            first.Dispose();
            return await OpenSequentialAsync(connect(false), transport, start, end, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            first.Dispose();
            throw;
        }
        if (!first.IsPartial)
        {
            return await OpenSequentialAsync(first, transport, start, end, cancellationToken).ConfigureAwait(false);
        }
        var stream = new ParallelRangeStream(connect, transport, start, end, options);
        stream.Fetch(first);
        stream.FetchMore();
        return stream;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || _offset == _end)
        {
            return 0;
        }
        if (!_isGivenUp)
        {
            try
            {
                return await ReadRangeAsync(buffer, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                _transport.Logger.RangesGivenUp(_ranges.Peek().Uri, e.GetType().Name);
                _isGivenUp = true;
                await StopAsync().ConfigureAwait(false);
            }
        }
        _sequential ??= await OpenSequentialAsync(_connect(false), _transport, _offset, _end, cancellationToken).ConfigureAwait(false);
        int read = await _sequential.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _offset += read;
        return read;
    }

    public override async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // The fetches end by themselves now, each closing its connection.
            _stop.Cancel();
            _sequential?.Dispose();
        }
        base.Dispose(disposing);
    }

    private static async Task<Stream> OpenSequentialAsync(BlobConnection connection, RegistryTransport transport, long start, long end, CancellationToken cancellationToken)
    {
        var stream = new ResumingStream(connection, transport, start, end);
        try
        {
            await stream.OpenAsync(cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask<int> ReadRangeAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        FetchedRange range = _ranges.Peek();
        await range.Fetching.WaitAsync(cancellationToken).ConfigureAwait(false);
        int position = (int)(_offset - range.Start);
        int count = Math.Min(buffer.Length, range.Length - position);
        range.Buffer.AsMemory(position, count).CopyTo(buffer);
        _offset += count;
        if (position + count == range.Length)
        {
            _free.Push(_ranges.Dequeue().Buffer);
            FetchMore();
        }
        return count;
    }

    private void FetchMore()
    {
        while (_ranges.Count < _parallel && _next < _end)
        {
            Fetch(_connect(true));
        }
    }

    private void Fetch(BlobConnection connection)
    {
        byte[] buffer = _free.Count > 0 ? _free.Pop() : new byte[Math.Min(_rangeSize, _end - _next)];
        int length = (int)Math.Min(Math.Min(_rangeSize, buffer.Length), _end - _next);
        _ranges.Enqueue(new FetchedRange(connection.Uri, _next, length, buffer, FetchAsync(connection, _next, buffer.AsMemory(0, length))));
        _next += length;
    }

    private async Task FetchAsync(BlobConnection connection, long start, Memory<byte> buffer)
    {
        var stream = new ResumingStream(connection, _transport, start, start + buffer.Length);
        await using (stream.ConfigureAwait(false))
        {
            await stream.OpenAsync(_stop.Token).ConfigureAwait(false);
            await stream.ReadExactlyAsync(buffer, _stop.Token).ConfigureAwait(false);
        }
    }

    // Nothing is left running: neither connections nor what writes into the buffers.
    private async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (FetchedRange range in _ranges)
        {
            await range.Fetching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        _ranges.Clear();
        _free.Clear();
    }

    private sealed record FetchedRange(Uri Uri, long Start, int Length, byte[] Buffer, Task Fetching);
}
