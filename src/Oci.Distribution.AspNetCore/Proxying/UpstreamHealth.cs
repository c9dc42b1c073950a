using System.Collections.Concurrent;

namespace Oci.Distribution.AspNetCore.Proxying;

/// <summary>Remembers for some seconds which manifests the upstream did not give, so that what is stale is served without waiting for it each time.</summary>
internal sealed class UpstreamHealth(TimeProvider time)
{
    private const int MaxCount = 10_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, long> _failed = new(StringComparer.Ordinal);

    public bool HasFailedLately(string manifest) =>
        _failed.TryGetValue(manifest, out long since) && time.GetElapsedTime(since) < Pause;

    public void Failed(string manifest)
    {
        if (_failed.Count >= MaxCount)
        {
            _failed.Clear();
        }
        _failed[manifest] = time.GetTimestamp();
    }

    public void Answered(string manifest) => _failed.TryRemove(manifest, out _);
}
