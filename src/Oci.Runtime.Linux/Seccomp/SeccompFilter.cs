using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Oci.Runtime.Linux.Seccomp;

/// <summary>A filter as seccomp(2) takes it.</summary>
internal sealed class SeccompFilter
{
    /// <summary>BPF_MAXINSNS: the most that the kernel takes.</summary>
    public const int MaxInstructions = 4096;

    public SeccompFilter(BpfInstruction[] instructions, SeccompFlags flags, IReadOnlyList<string> unknownNames)
    {
        Instructions = instructions;
        Flags = flags;
        UnknownNames = unknownNames;
        Content = MemoryMarshal.AsBytes(instructions.AsSpan()).ToArray();
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Content).AsSpan(0, 4));
    }

    public IReadOnlyList<BpfInstruction> Instructions { get; }

    public SeccompFlags Flags { get; }

    /// <summary>Names of the profile that no system call has, in its order.</summary>
    public IReadOnlyList<string> UnknownNames { get; }

    /// <summary>The instructions as an array of struct sock_filter.</summary>
    public byte[] Content { get; }

    /// <summary>What tells filters of the same length apart in a plan's text.</summary>
    public string Fingerprint { get; }
}
