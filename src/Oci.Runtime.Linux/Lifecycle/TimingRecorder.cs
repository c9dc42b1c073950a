using Oci.Runtime.Linux.Planning;

namespace Oci.Runtime.Linux.Lifecycle;

/// <summary>Measures what this process does for a container, one part after another.</summary>
internal sealed class TimingRecorder(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly List<StepTiming> _timings = [];
    private long _start = time.GetTimestamp();

    /// <summary>Forgets the time since the last part.</summary>
    public void Restart() => _start = time.GetTimestamp();

    /// <summary>Notes the time since the last part under this label.</summary>
    public void Add(string label)
    {
        lock (_lock)
        {
            _timings.Add(new StepTiming(label, null, null, time.GetElapsedTime(_start)));
        }
        Restart();
    }

    public void Add(IEnumerable<StepTiming> timings)
    {
        lock (_lock)
        {
            _timings.AddRange(timings);
        }
    }

    public IReadOnlyList<StepTiming> ToList()
    {
        lock (_lock)
        {
            return [.. _timings];
        }
    }
}
