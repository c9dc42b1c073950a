using System.Text;

namespace Oci.Runtime.Linux.Planning;

/// <summary>One thing that two plans do otherwise: the steps that share a label.</summary>
public sealed class PlanDifference
{
    internal PlanDifference(IReadOnlyList<PlanStep> removed, IReadOnlyList<PlanStep> added)
    {
        Removed = removed;
        Added = added;
    }

    /// <summary>The steps that only the first plan has.</summary>
    public IReadOnlyList<PlanStep> Removed { get; }

    /// <summary>The steps that only the other plan has.</summary>
    public IReadOnlyList<PlanStep> Added { get; }

    /// <summary>What the steps are for, such as <c>mounting proc at /proc</c>.</summary>
    public string Label => First.Label;

    /// <summary>The part of the container's making that they belong to.</summary>
    public PlanPhase Phase => First.Phase;

    /// <summary>The member of <c>config.json</c> that asked for them, a JSON pointer; null where none did.</summary>
    public string? SpecPointer => First.SpecPointer;

    private PlanStep First => Added.Count > 0 ? Added[0] : Removed[0];

    /// <summary>A line with the label, then a line a step, after <c>-</c> or <c>+</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Label);
        if (SpecPointer is not null)
        {
            text.Append(" [").Append(SpecPointer).Append(']');
        }
        foreach (PlanStep step in Removed)
        {
            text.Append("\n- ").Append(step.Call);
        }
        foreach (PlanStep step in Added)
        {
            text.Append("\n+ ").Append(step.Call);
        }
        return text.ToString();
    }
}
