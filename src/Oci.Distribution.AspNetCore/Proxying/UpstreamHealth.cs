using System.Collections.Concurrent;

namespace Oci.Distribution.AspNetCore.Proxying;

/// <summary>Remembers for some seconds which repositories' upstream did not answer, so that what is stale is served without waiting for it each time.</summary>
internal sealed class UpstreamHealth(TimeProvider time)
{
    private const int MaxCount = 10_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, long> _failed = new(StringComparer.Ordinal);

    public bool HasFailedLately(string repository) =>
        _failed.TryGetValue(repository, out long since) && time.GetElapsedTime(since) < Pause;

    public void Failed(string repository)
    {
        if (_failed.Count >= MaxCount)
        {
            _failed.Clear();
        }
        _failed[repository] = time.GetTimestamp();
    }

    public void Answered(string repository) => _failed.TryRemove(repository, out _);
}
