using System.Globalization;

namespace Oci.Runtime.Linux.Planning;

/// <summary>How long one part of making a container took (<see cref="CreateContainerOptions.RecordTimings"/>).</summary>
public sealed class StepTiming
{
    internal StepTiming(string label, PlanPhase? phase, string? specPointer, TimeSpan duration)
    {
        Label = label;
        Phase = phase;
        SpecPointer = specPointer;
        Duration = duration;
    }

    /// <summary>What was done, such as <c>mounting proc at /proc</c>: the label of the plan's steps.</summary>
    public string Label { get; }

    /// <summary>The phase of the plan; null for what this process did itself.</summary>
    public PlanPhase? Phase { get; }

    /// <summary>The member of <c>config.json</c> that asked for it, a JSON pointer; null where none did.</summary>
    public string? SpecPointer { get; }

    /// <summary>How long it took. A step that waits for this process holds what this process did meanwhile.</summary>
    public TimeSpan Duration { get; }

    /// <summary>The duration in microseconds, the phase and the label.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Duration.TotalMicroseconds,8:N0} us {Phase?.ToString() ?? "Host",-10} {Label}");
}
