using System.Collections.Immutable;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Planning;

/// <summary>What the init is to do in one step.</summary>
internal sealed record PlanOperation
{
    public required SystemCall Call { get; init; }

    public required ImmutableArray<PlanArgument> Arguments { get; init; }

    /// <summary>The errors that do not end the program; at most eight.</summary>
    public ImmutableArray<Errno> Tolerates { get; init; } = [];

    /// <summary>Where the result is kept.</summary>
    public PlanCell? Result { get; init; }

    /// <summary>Where in <see cref="Result"/>.</summary>
    public int ResultOffset { get; init; }

    /// <summary>Whether the result must equal argument 2, as for a write that must be whole.</summary>
    public bool IsExact { get; init; }

    /// <summary>Where to go on after success; the next step where null.</summary>
    public PlanLabel? OnSuccess { get; init; }

    /// <summary>Where to go on after an error in <see cref="Tolerates"/>; the next step where null.</summary>
    public PlanLabel? OnError { get; init; }
}
