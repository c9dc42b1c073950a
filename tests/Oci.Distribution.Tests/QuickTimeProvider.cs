using System.Collections.Concurrent;

namespace Oci.Distribution.Tests;

/// <summary>A clock whose timers are due at once, and which remembers how long they were to wait. Long ones, such as the timeouts here, never fire.</summary>
public sealed class QuickTimeProvider : TimeProvider
{
    public static readonly TimeSpan Long = TimeSpan.FromMinutes(30);

    private long _advanced;

    public ConcurrentQueue<TimeSpan> Waits { get; } = new();

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(Interlocked.Read(ref _advanced));

    // One clock for both kinds of time, so that what measures sees what a test advances.
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _advanced);

    /// <summary>Makes a client use this clock, without timeouts that it would let fire.</summary>
    public void Configure(RegistryClientOptions options)
    {
        options.TimeProvider = this;
        options.ResponseTimeout = options.IdleTimeout = Long;
    }

    public void Advance(TimeSpan time) => Interlocked.Add(ref _advanced, time.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new QuickTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class QuickTimer(QuickTimeProvider owner, TimerCallback callback, object? state) : ITimer
    {
        private bool _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime >= TimeSpan.Zero && dueTime < Long)
            {
                owner.Waits.Enqueue(dueTime);
                ThreadPool.QueueUserWorkItem(_ =>
                {
                    if (!_disposed)
                    {
                        owner.Advance(dueTime);
                        callback(state);
                    }
                });
            }
            return true;
        }

        public void Dispose() => _disposed = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
