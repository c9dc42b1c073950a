using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Planning;

namespace Oci.Runtime.Linux.Launching;

/// <summary>What the init says: a mark, or the address of the step that failed and its errno.</summary>
/// <param name="Kind">A <see cref="PlanMark"/>, or an address in the program.</param>
/// <param name="Value">What belongs to it.</param>
/// <param name="Descriptor">What came along, owned by who receives it.</param>
internal sealed record SyncMessage(ulong Kind, long Value, SafeFileHandle? Descriptor)
{
    /// <summary>What follows the two numbers, of a message that is longer: the times.</summary>
    public ReadOnlyMemory<byte> Rest { get; init; }

    public bool IsFailure => Kind >= ProgramLayout.Base;

    public PlanMark Mark => (PlanMark)Kind;

    /// <summary>Whether <see cref="FailedStep"/> is one of a program that the parent sent.</summary>
    public bool IsOfInsert => ProgramLayout.IsInserted(Kind);

    public int FailedStep => ProgramLayout.StepAt(Kind);

    public Errno Errno => (Errno)Value;
}
