using System.Diagnostics;

namespace Oci.Benchmarks.SideBySide;

/// <summary>The times and the managed memory of one contestant over all rounds.</summary>
internal sealed class Measurement(Contestant contestant)
{
    private readonly List<TimeSpan> _times = [];
    private readonly List<TimeSpan> _processorTimes = [];

    public string Name => contestant.Name;

    /// <summary>The middle one of the measured times.</summary>
    public TimeSpan Median => MedianOf(_times);

    /// <summary>The middle one of the processor times; null where they are not measured.</summary>
    public TimeSpan? ProcessorMedian => _processorTimes.Count == 0 ? null : MedianOf(_processorTimes);

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
            TimeSpan? processor = contestant.GetProcessorTime?.Invoke();
            long start = Stopwatch.GetTimestamp();
            await contestant.RunAsync();
            TimeSpan time = Stopwatch.GetElapsedTime(start);
            time = contestant.GetTime?.Invoke() ?? time;
            processor = contestant.GetProcessorTime?.Invoke() - processor;
            OutputSize = contestant.GetOutputSize?.Invoke();
            if (counted)
            {
                _times.Add(time);
                if (processor is TimeSpan used)
                {
                    _processorTimes.Add(used);
                }
                ManagedPeak = Math.Max(ManagedPeak, peak.Bytes);
            }
        }
        finally
        {
            contestant.CleanUp();
        }
    }

    private static TimeSpan MedianOf(List<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);
}
