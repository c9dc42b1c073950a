namespace Oci.Benchmarks.SideBySide;

/// <summary>One way to do the job of a <see cref="Comparison"/>.</summary>
/// <param name="Name">For the report, such as <c>tar -xzf</c>.</param>
/// <param name="RunAsync">Does the job once, from clean.</param>
/// <param name="CleanUp">Undoes it, outside the measured time.</param>
/// <param name="GetOutputSize">How many bytes the job made, asked before the clean-up; null where that says nothing.</param>
internal sealed record Contestant(string Name, Func<Task> RunAsync, Action CleanUp, Func<long>? GetOutputSize = null)
{
    /// <summary>What all processes that do the job have used of the processors so far; null where the report has no such column.</summary>
    public Func<TimeSpan>? GetProcessorTime { get; init; }

    /// <summary>The time that counts, asked after the job; null for the time that it took.</summary>
    public Func<TimeSpan>? GetTime { get; init; }
}
