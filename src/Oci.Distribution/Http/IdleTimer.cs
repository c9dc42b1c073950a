namespace Oci.Distribution.Http;

/// <summary>Ends a read or write in which nothing, or next to nothing, moves for too long. For one operation at a time.</summary>
internal sealed class IdleTimer(TimeSpan timeout, TimeProvider timeProvider) : IDisposable
{
    // Less in the whole of the timeout is a peer that only keeps the connection busy.
    private const long MinProgress = 4 * 1024;

    private CancellationTokenSource _source = new(Timeout.InfiniteTimeSpan, timeProvider);
    private TimeSpan _waited;
    private long _moved;

    /// <summary>Reads under the time limit.</summary>
    /// <exception cref="TimeoutException">Nothing came in time.</exception>
    public async ValueTask<int> ReadAsync(Stream stream, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        CancellationToken token = Arm(cancellationToken);
        // A registration allocates nothing to speak of, where a linked source would at every read.
        using (cancellationToken.UnsafeRegister(Cancel, _source))
        {
            try
            {
                long before = timeProvider.GetTimestamp();
                int read = await stream.ReadAsync(buffer, token).ConfigureAwait(false);
                Count(read, timeProvider.GetElapsedTime(before));
                return read;
            }
            catch (OperationCanceledException e) when (token.IsCancellationRequested)
            {
                throw Explain(e, cancellationToken);
            }
        }
    }

    /// <summary>Writes under the time limit.</summary>
    /// <exception cref="TimeoutException">Nothing was taken in time.</exception>
    public async ValueTask WriteAsync(Stream stream, ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        CancellationToken token = Arm(cancellationToken);
        using (cancellationToken.UnsafeRegister(Cancel, _source))
        {
            try
            {
                await stream.WriteAsync(buffer, token).ConfigureAwait(false);
            }
            catch (OperationCanceledException e) when (token.IsCancellationRequested)
            {
                throw Explain(e, cancellationToken);
            }
        }
    }

    public void Dispose() => _source.Dispose();

    // Only the waiting for the peer counts, however slow the caller is.
    private void Count(int read, TimeSpan waited)
    {
        _waited += waited;
        _moved += read;
        if (_waited < timeout)
        {
            return;
        }
        if (read > 0 && _moved < MinProgress)
        {
            throw new TimeoutException($"Only {_moved} bytes came in {_waited.TotalSeconds:0.#} seconds.");
        }
        _waited = TimeSpan.Zero;
        _moved = 0;
    }

    private static void Cancel(object? source) => ((CancellationTokenSource)source!).Cancel();

    private CancellationToken Arm(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_source.TryReset())
        {
            _source.Dispose();
            _source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, timeProvider);
        }
        _source.CancelAfter(timeout);
        return _source.Token;
    }

    private Exception Explain(OperationCanceledException e, CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? new OperationCanceledException(e.Message, e, cancellationToken)
        : new TimeoutException($"No byte moved for {timeout.TotalSeconds:0.#} seconds.", e);
}
