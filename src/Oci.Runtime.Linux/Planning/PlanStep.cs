using System.Text;

namespace Oci.Runtime.Linux.Planning;

/// <summary>One step of a <see cref="ContainerPlan"/>: a system call, why it is made, and what follows.</summary>
public sealed class PlanStep : IEquatable<PlanStep>
{
    internal PlanStep(int index, PlanPhase phase, string label, string? specPointer, string? path, PlanOperation operation)
    {
        Index = index;
        Phase = phase;
        Label = label;
        SpecPointer = specPointer;
        Path = path;
        Operation = operation;
    }

    /// <summary>The place in the plan, from 0.</summary>
    public int Index { get; }

    /// <summary>The part of the container's making that the step belongs to.</summary>
    public PlanPhase Phase { get; }

    /// <summary>What the step is for, such as <c>mounting proc at /proc</c>. Several steps can share one.</summary>
    public string Label { get; }

    /// <summary>The member of <c>config.json</c> that asked for it, a JSON pointer; null where the runtime does it for every container.</summary>
    public string? SpecPointer { get; }

    /// <summary>The path it is about, where there is one.</summary>
    public string? Path { get; }

    /// <summary>The system call in kernel spelling; <c>compare</c> is the init's own test.</summary>
    public string Syscall => Operation.Call.ToString();

    /// <summary>The arguments in a form to be read.</summary>
    public IReadOnlyList<string> Arguments => [.. Operation.Arguments.Select(a => a.Text)];

    /// <summary>Names of the errors that do not fail the container here.</summary>
    public IReadOnlyList<string> Tolerates => [.. Operation.Tolerates.Select(e => e.ToString())];

    internal PlanOperation Operation { get; }

    /// <summary>The call with its arguments, and what is made of its result.</summary>
    internal string Call
    {
        get
        {
            string call = $"{Syscall}({string.Join(", ", Arguments)})";
            string tolerates = Operation.Tolerates.Length > 0 ? $" tolerates {string.Join('|', Tolerates)}" : "";
            return Operation.Result is PlanCell result ? $"{call} -> {result.Name}{tolerates}" : call + tolerates;
        }
    }

    /// <summary>The step on one line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(Syscall).Append('(').AppendJoin(", ", Arguments).Append(')');
        if (Operation.Result is PlanCell result)
        {
            text.Append(" -> ").Append(result.Name);
        }
        if (Operation.OnSuccess is PlanLabel next)
        {
            text.Append(" goto ").Append(next.Name);
        }
        if (Operation.Tolerates.Length > 0)
        {
            text.Append(" tolerates ").AppendJoin('|', Tolerates);
            if (Operation.OnError is PlanLabel other)
            {
                text.Append(" goto ").Append(other.Name);
            }
        }
        text.Append("  # ").Append(Label);
        if (SpecPointer is not null)
        {
            text.Append(" [").Append(SpecPointer).Append(']');
        }
        return text.ToString();
    }

    /// <summary>Whether the other step does the same, in the same phase and for the same reason.</summary>
    public bool Equals(PlanStep? other) =>
        other is not null && Phase == other.Phase && string.Equals(ToString(), other.ToString(), StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PlanStep);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Phase, ToString().GetHashCode(StringComparison.Ordinal));
}
