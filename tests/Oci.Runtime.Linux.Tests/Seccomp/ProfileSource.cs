using Oci.Runtime.Linux.Seccomp;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Seccomp;

/// <summary>Makes profiles, and calls worth trying them with, out of a seed.</summary>
/// <remarks>All rules of a call have one action: of two actions that both apply, libseccomp chooses by an order of its own.</remarks>
/// <param name="seed">What it is made of.</param>
/// <param name="isForPeer">
/// Whether a call has one rule at most, and that one condition on an argument: where two inequalities on one argument meet,
/// libseccomp 2.5.4 mixes up the halves of 64 bits (less than 0x100000000, or at most 0x7e020000: 0x7fffffff is let go).
/// </param>
internal sealed class ProfileSource(int seed, bool isForPeer = false)
{
    private static readonly string[] Actions =
        ["SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_TRAP", "SCMP_ACT_ERRNO", "SCMP_ACT_TRACE", "SCMP_ACT_ALLOW", "SCMP_ACT_LOG"];

    private static readonly string[] Operators =
        ["SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ"];

    private static readonly string[] Architectures =
        ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32", "SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"];

    private static readonly ulong[] Values =
        [0, 1, 2, 3, 16, 40, 0x80000000, 0xFFFFFFFF, 0x100000000, 0x100000001, 0x7E020000, 0x7FFFFFFFFFFFFFFF, 0x8000000000000000, ulong.MaxValue];

    private static readonly string[] Names = [.. SyscallNumbers.X64.Keys.Concat(SyscallNumbers.X86.Keys).Distinct().Order(StringComparer.Ordinal)];

    private readonly Random _random = new(seed);

    public LinuxSeccomp Next()
    {
        string[] names = [.. Enumerable.Range(0, _random.Next(1, 60)).Select(_ => Pick(Names)).Distinct()];
        return new LinuxSeccomp
        {
            DefaultAction = Pick(Actions),
            DefaultErrnoRet = Errno(),
            Architectures = [.. Architectures.Where(_ => _random.Next(2) == 0)],
            Syscalls = [.. names.SelectMany(Rules)],
        };
    }

    /// <summary>An argument: what rules compare with, or something near it.</summary>
    public ulong Argument() => _random.Next(4) switch
    {
        0 => Pick(Values) + 1,
        1 => Pick(Values) - 1,
        2 => (ulong)_random.NextInt64(),
        _ => Pick(Values),
    };

    public uint Number() => (uint)_random.NextInt64(uint.MaxValue);

    private IEnumerable<LinuxSyscall> Rules(string name)
    {
        string action = Pick(Actions);
        uint? errno = Errno();
        for (int i = isForPeer ? 1 : _random.Next(1, 4); i > 0; i--)
        {
            yield return new LinuxSyscall { Names = [name], Action = action, ErrnoRet = errno, Args = _random.Next(2) == 0 ? null : [.. isForPeer ? Arguments().DistinctBy(a => a.Index) : Arguments()] };
        }
    }

    private IEnumerable<LinuxSeccompArg> Arguments()
    {
        for (int i = _random.Next(1, 4); i > 0; i--)
        {
            string op = Pick(Operators);
            ulong value = Pick(Values);
            yield return new LinuxSeccompArg { Index = (uint)_random.Next(6), Op = op, Value = value, ValueTwo = op is "SCMP_CMP_MASKED_EQ" ? Pick(Values) & value : null };
        }
    }

    private uint? Errno() => _random.Next(2) == 0 ? null : (uint)_random.Next(1, 134);

    private T Pick<T>(T[] values) => values[_random.Next(values.Length)];
}
