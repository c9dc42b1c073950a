using System.Runtime.InteropServices;

namespace Oci.Runtime.Linux.Seccomp;

/// <summary>struct sock_filter: one instruction of classic BPF (include/uapi/linux/filter.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct BpfInstruction(ushort Code, byte True, byte False, uint Operand)
{
    /// <summary>BPF_LD|BPF_W|BPF_ABS: the accumulator becomes the word at an offset of struct seccomp_data.</summary>
    public const ushort Load = 0x20;

    /// <summary>BPF_ALU|BPF_AND|BPF_K.</summary>
    public const ushort And = 0x54;

    /// <summary>BPF_JMP|BPF_JA: skips as many instructions as its operand says.</summary>
    public const ushort Jump = 0x05;

    /// <summary>BPF_JMP|BPF_JEQ|BPF_K.</summary>
    public const ushort JumpEqual = 0x15;

    /// <summary>BPF_JMP|BPF_JGT|BPF_K.</summary>
    public const ushort JumpGreater = 0x25;

    /// <summary>BPF_JMP|BPF_JGE|BPF_K.</summary>
    public const ushort JumpGreaterOrEqual = 0x35;

    /// <summary>BPF_RET|BPF_K.</summary>
    public const ushort Return = 0x06;
}
