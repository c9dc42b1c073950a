using System.Diagnostics;

namespace Oci.Benchmarks.SideBySide;

/// <summary>The times and the managed memory of one contestant over all rounds.</summary>
internal sealed class Measurement(Contestant contestant)
{
    private readonly List<TimeSpan> _times = [];

    public string Name => contestant.Name;

    /// <summary>The middle one of the measured times.</summary>
    public TimeSpan Median => _times.Order().ElementAt(_times.Count / 2);

    public TimeSpan Fastest => _times.Min();

    public TimeSpan Slowest => _times.Max();

    /// <summary>The most managed memory above idle that was seen in any round, in bytes.</summary>
    public long ManagedPeak { get; private set; }

    /// <summary>How many bytes the last round made; null where that says nothing.</summary>
    public long? OutputSize { get; private set; }

    /// <summary>Runs the contestant once. The first, warming run of a series is not <paramref name="counted"/>.</summary>
    public async Task RunAsync(bool counted)
    {
        try
        {
            using var peak = new ManagedPeak();
            long start = Stopwatch.GetTimestamp();
            await contestant.RunAsync();
            TimeSpan time = Stopwatch.GetElapsedTime(start);
            OutputSize = contestant.GetOutputSize?.Invoke();
            if (counted)
            {
                _times.Add(time);
                ManagedPeak = Math.Max(ManagedPeak, peak.Bytes);
            }
        }
        finally
        {
            contestant.CleanUp();
        }
    }
}
