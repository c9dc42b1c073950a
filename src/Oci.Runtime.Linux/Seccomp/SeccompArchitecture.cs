using System.Collections.Frozen;
using Oci.Runtime.Linux.Planning;

namespace Oci.Runtime.Linux.Seccomp;

/// <summary>An ABI that a filter can tell from others: the audit architecture, and for x32 a bit of the number.</summary>
internal sealed class SeccompArchitecture
{
    /// <summary>__X32_SYSCALL_BIT: an x32 call is one of x86-64 with this bit.</summary>
    public const uint X32Bit = 0x40000000;

    private readonly Func<FrozenDictionary<string, uint>> _numbers;

    private SeccompArchitecture(string name, uint audit, Func<FrozenDictionary<string, uint>> numbers)
    {
        Name = name;
        Audit = audit;
        _numbers = numbers;
    }

    // AUDIT_ARCH_*: include/uapi/linux/audit.h.
    public static SeccompArchitecture X64 { get; } = new("SCMP_ARCH_X86_64", 0xC000003E, () => SyscallNumbers.X64) { Is64Bit = true };

    public static SeccompArchitecture X32 { get; } = new("SCMP_ARCH_X32", 0xC000003E, () => SyscallNumbers.X32) { NumberBase = X32Bit };

    public static SeccompArchitecture X86 { get; } = new("SCMP_ARCH_X86", 0x40000003, () => SyscallNumbers.X86) { HasMultiplexedCalls = true };

    public static SeccompArchitecture Arm64 { get; } = new("SCMP_ARCH_AARCH64", 0xC00000B7, () => SyscallNumbers.Arm64) { Is64Bit = true };

    public static SeccompArchitecture Arm { get; } = new("SCMP_ARCH_ARM", 0x40000028, () => SyscallNumbers.Arm);

    /// <summary>The spec's name.</summary>
    public string Name { get; }

    /// <summary>What struct seccomp_data has in <c>arch</c>.</summary>
    public uint Audit { get; }

    /// <summary>Whether all 64 bits of an argument count; libseccomp compares 32 on the others, x32 among them.</summary>
    public bool Is64Bit { get; private init; }

    /// <summary>What the numbers of the table are above.</summary>
    public uint NumberBase { get; private init; }

    /// <summary>Whether sockets and System V IPC are also reached by socketcall(2) and ipc(2).</summary>
    public bool HasMultiplexedCalls { get; private init; }

    public static SeccompArchitecture Native(ProgramArchitecture architecture) =>
        architecture == ProgramArchitecture.X64 ? X64 : Arm64;

    /// <summary>All that filters can be made for.</summary>
    public static IReadOnlyList<SeccompArchitecture> All { get; } = [X64, X32, X86, Arm64, Arm];

    /// <summary>The one of a spec's name; null where it is not supported.</summary>
    public static SeccompArchitecture? Find(string name) =>
        All.FirstOrDefault(a => string.Equals(a.Name, name, StringComparison.Ordinal));

    public bool TryGetNumber(string name, out uint number)
    {
        bool isThere = _numbers().TryGetValue(name, out number);
        number |= NumberBase;
        return isThere;
    }
}
