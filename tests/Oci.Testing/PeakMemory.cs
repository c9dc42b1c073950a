namespace Oci.Testing;

/// <summary>Watches how much managed memory is in use from its making to <see cref="Stop"/>.</summary>
public sealed class PeakMemory : IDisposable
{
    private readonly Thread _thread;
    private readonly long _before = GC.GetTotalMemory(forceFullCollection: true);
    private long _peak;
    private volatile bool _stop;

    public PeakMemory()
    {
        _thread = new Thread(() =>
        {
            while (!_stop)
            {
                _peak = Math.Max(_peak, GC.GetTotalMemory(forceFullCollection: false));
                Thread.Sleep(1);
            }
        }) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>The most that was in use beyond what was at the start, in bytes; garbage not yet collected counts.</summary>
    public long Stop()
    {
        Dispose();
        return Math.Max(0, _peak - _before);
    }

    public void Dispose()
    {
        _stop = true;
        _thread.Join();
    }
}
