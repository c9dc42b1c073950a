using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Processes;

namespace Oci.Runtime.Linux.Launching;

/// <summary>A container's init, waiting to be started.</summary>
/// <param name="Process">Its process, which is watched already.</param>
/// <param name="Warnings">What was done with less.</param>
internal sealed record LaunchResult(WatchedProcess Process, IReadOnlyList<string> Warnings)
{
    /// <summary>How long its steps took, where the plan records that.</summary>
    public IReadOnlyList<StepTiming> Timings { get; init; } = [];
}
