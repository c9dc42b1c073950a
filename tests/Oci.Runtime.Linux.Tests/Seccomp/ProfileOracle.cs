using Oci.Runtime.Linux.Seccomp;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Seccomp;

/// <summary>What a profile says of a call, read off its rules one by one, with no program between.</summary>
internal static class ProfileOracle
{
    public static uint Answer(LinuxSeccomp spec, IReadOnlyList<SeccompArchitecture> abis, SeccompArchitecture abi, uint number, ulong[] arguments)
    {
        uint otherwise = SeccompReturn.Of(spec.DefaultAction, spec.DefaultErrnoRet);
        if (!abis.Contains(abi))
        {
            return abi == SeccompArchitecture.X32 && number == uint.MaxValue && abis.Contains(SeccompArchitecture.X64) ? otherwise : SeccompReturn.KillThread;
        }
        uint[] named = [.. spec.Syscalls!.SelectMany(r => r.Names).Where(n => abi.TryGetNumber(n, out _)).Select(n => Number(abi, n))];
        if (named.Length > 0 && number > named.Max() && !SeccompReturn.LetsThrough(otherwise))
        {
            return SeccompReturn.NoSuchCall;
        }
        LinuxSyscall[] rules = [.. spec.Syscalls!.Where(r => SeccompReturn.Of(r.Action, r.ErrnoRet) != otherwise && r.Names.Any(n => abi.TryGetNumber(n, out uint its) && its == number))];
        LinuxSyscall? rule = rules.FirstOrDefault(r => r.Args is not { Count: > 0 }) ?? rules.FirstOrDefault(r => Holds(r.Args!, arguments, abi.Is64Bit));
        return rule is null ? otherwise : SeccompReturn.Of(rule.Action, rule.ErrnoRet);
    }

    private static uint Number(SeccompArchitecture abi, string name) => abi.TryGetNumber(name, out uint number) ? number : 0;

    private static bool Holds(IReadOnlyList<LinuxSeccompArg> args, ulong[] arguments, bool is64Bit) =>
        args.DistinctBy(a => a.Index).Count() == args.Count
            ? args.All(a => Holds(a, arguments, is64Bit))
            : args.Any(a => Holds(a, arguments, is64Bit));

    private static bool Holds(LinuxSeccompArg arg, ulong[] arguments, bool is64Bit)
    {
        ulong bits = is64Bit ? ulong.MaxValue : uint.MaxValue;
        ulong actual = arguments[arg.Index] & bits;
        ulong value = arg.Value & bits;
        return arg.Op switch
        {
            "SCMP_CMP_EQ" => actual == value,
            "SCMP_CMP_NE" => actual != value,
            "SCMP_CMP_LT" => actual < value,
            "SCMP_CMP_LE" => actual <= value,
            "SCMP_CMP_GT" => actual > value,
            "SCMP_CMP_GE" => actual >= value,
            _ => (actual & value) == ((arg.ValueTwo ?? 0) & bits),
        };
    }
}
