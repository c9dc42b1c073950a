using System.Collections.Concurrent;

namespace Oci.Distribution.AspNetCore.Proxying;

/// <summary>Does a piece of work once for all who want it at the same time. Who goes away ends it for nobody else.</summary>
internal sealed class SingleFlight<TResult>
{
    private readonly ConcurrentDictionary<string, Lazy<Task<TResult>>> _running = new(StringComparer.Ordinal);

    /// <summary>Joins the work of this key, or starts it.</summary>
    public Task<TResult> RunAsync(string key, Func<Task<TResult>> work)
    {
        var mine = new Lazy<Task<TResult>>(() => RunAndLeaveAsync(key, work));
        return _running.GetOrAdd(key, mine).Value;
    }

    private async Task<TResult> RunAndLeaveAsync(string key, Func<Task<TResult>> work)
    {
        // Off the caller's thread, so that the entry is in the table before it can be taken out.
        await Task.Yield();
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            _running.TryRemove(key, out _);
        }
    }
}
