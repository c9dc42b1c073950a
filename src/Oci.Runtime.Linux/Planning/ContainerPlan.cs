using System.Globalization;
using System.Text;

namespace Oci.Runtime.Linux.Planning;

/// <summary>
/// All that is done to make a container, in order: what <c>config.json</c> was compiled to. Nothing has been done yet.
/// </summary>
/// <remarks>
/// Its text is a dry run: one line a step. Two plans are equal where their steps are. The plan depends on the
/// configuration, the processor, and what the host is (a privileged process or not, its cgroup mounts).
/// </remarks>
public sealed partial class ContainerPlan : IEquatable<ContainerPlan>
{
    internal ContainerPlan(string containerId, ProgramArchitecture architecture, IReadOnlyList<PlanStep> steps, PlanHandshake handshake)
    {
        ContainerId = containerId;
        Architecture = architecture;
        Steps = steps;
        Handshake = handshake;
    }

    /// <summary>The id that the container will have.</summary>
    public string ContainerId { get; }

    /// <summary>The steps in order; a step can be skipped by one before it.</summary>
    public IReadOnlyList<PlanStep> Steps { get; }

    /// <summary>What will be done with less than the configuration asks for, a sentence each.</summary>
    public IReadOnlyList<string> Warnings => Handshake.KnownWarnings;

    internal ProgramArchitecture Architecture { get; }

    internal PlanHandshake Handshake { get; }

    /// <summary>One line a step: its index, its phase, the system call, and what it is for.</summary>
    public override string ToString()
    {
        var labels = Steps
            .SelectMany(s => new[] { s.Operation.OnSuccess, s.Operation.OnError })
            .OfType<PlanLabel>()
            .Distinct()
            .ToLookup(l => l.Step);
        var text = new StringBuilder();
        foreach (PlanStep step in Steps)
        {
            foreach (PlanLabel label in labels[step.Index])
            {
                text.Append("     ").Append(label.Name).Append(":\n");
            }
            text.Append(CultureInfo.InvariantCulture, $"{step.Index,4} {step.Phase,-10} {step}\n");
        }
        return text.ToString();
    }

    /// <summary>What another plan does otherwise: what changes when the configuration does, or between two hosts.</summary>
    /// <param name="other">The plan to compare with.</param>
    /// <returns>The differences in order; none exactly where the two plans are equal.</returns>
    public IReadOnlyList<PlanDifference> Diff(ContainerPlan other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return PlanComparer.Compare(this, other);
    }

    /// <summary>Whether the other plan has the same steps.</summary>
    public bool Equals(ContainerPlan? other) =>
        other is not null && Architecture == other.Architecture && Steps.SequenceEqual(other.Steps);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ContainerPlan);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Architecture, Steps.Count, Steps.Count > 0 ? Steps[^1] : null);
}
