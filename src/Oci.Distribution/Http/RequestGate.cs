namespace Oci.Distribution.Http;

/// <summary>Lets requests to one host pass: so many at once, so many a second, and none while the host wants rest. First come, first served.</summary>
internal sealed class RequestGate(int maxConcurrent, double? maxPerSecond, TimeProvider timeProvider)
{
    private readonly SemaphoreSlim? _slots = maxConcurrent == int.MaxValue ? null : new(maxConcurrent);
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _times = new();
    private readonly long _origin = timeProvider.GetTimestamp();
    private readonly TimeSpan _interval = maxPerSecond is double rate ? TimeSpan.FromSeconds(1 / rate) : TimeSpan.Zero;
    private TimeSpan _pausedUntil;
    private TimeSpan _nextFree;

    private TimeSpan Now => timeProvider.GetElapsedTime(_origin);

    // What a second allows may come at its start.
    private TimeSpan Burst => _interval < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) - _interval : TimeSpan.Zero;

    /// <summary>Waits for a place and for the time. One who gives up takes nothing from those behind.</summary>
    /// <param name="takesPlace">Whether to take one of the places, to be given back by <see cref="Leave"/>.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task EnterAsync(bool takesPlace, CancellationToken cancellationToken)
    {
        if (takesPlace && _slots is not null)
        {
            await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        try
        {
            await WaitForTimeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Leave(takesPlace);
            throw;
        }
    }

    /// <summary>Gives the place back, where one was taken.</summary>
    public void Leave(bool tookPlace)
    {
        if (tookPlace)
        {
            _slots?.Release();
        }
    }

    /// <summary>Lets nobody pass for so long.</summary>
    public void Pause(TimeSpan duration)
    {
        lock (_times)
        {
            TimeSpan until = Now + duration;
            _pausedUntil = until > _pausedUntil ? until : _pausedUntil;
        }
    }

    private async Task WaitForTimeAsync(CancellationToken cancellationToken)
    {
        if (_interval == TimeSpan.Zero && TryPass() == TimeSpan.Zero)
        {
            return;
        }
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (TryPass() is { Ticks: > 0 } wait)
            {
                // Timers know no less than a millisecond, and may be early.
                await Task.Delay(wait + TimeSpan.FromMilliseconds(1), timeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    // Zero where one has passed, else how long to wait before asking again.
    private TimeSpan TryPass()
    {
        lock (_times)
        {
            TimeSpan now = Now;
            TimeSpan free = _interval == TimeSpan.Zero ? TimeSpan.Zero : _nextFree - Burst;
            TimeSpan due = free > _pausedUntil ? free : _pausedUntil;
            if (due > now)
            {
                return due - now;
            }
            _nextFree = (_nextFree > now ? _nextFree : now) + _interval;
            return TimeSpan.Zero;
        }
    }
}
