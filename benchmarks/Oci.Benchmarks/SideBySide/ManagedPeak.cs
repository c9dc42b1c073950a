namespace Oci.Benchmarks.SideBySide;

/// <summary>Watches the managed heap of this process from its making on, every few milliseconds.</summary>
internal sealed class ManagedPeak : IDisposable
{
    private readonly long _idle;
    private readonly Timer _timer;
    private long _most;

    public ManagedPeak()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        _idle = GC.GetTotalMemory(forceFullCollection: true);
        _timer = new Timer(_ => Sample(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(2));
    }

    /// <summary>The most bytes above idle so far: live objects and those that wait to be collected.</summary>
    public long Bytes
    {
        get
        {
            Sample();
            return Math.Max(0, Volatile.Read(ref _most) - _idle);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Sample()
    {
        long now = GC.GetTotalMemory(forceFullCollection: false);
        long most;
        while (now > (most = Volatile.Read(ref _most)) && Interlocked.CompareExchange(ref _most, now, most) != most)
        {
        }
    }
}
