namespace Oci.Runtime.Linux.Spec;

/// <summary>Rules of system call filters (runtime-spec, config-linux.md, "Seccomp").</summary>
internal static class SeccompRules
{
    private const string At = "/linux/seccomp";

    internal static readonly string[] Actions =
    [
        "SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_TRAP", "SCMP_ACT_ERRNO", "SCMP_ACT_TRACE",
        "SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_NOTIFY",
    ];

    private static readonly string[] Architectures =
    [
        "SCMP_ARCH_X86", "SCMP_ARCH_X86_64", "SCMP_ARCH_X32", "SCMP_ARCH_ARM", "SCMP_ARCH_AARCH64", "SCMP_ARCH_MIPS",
        "SCMP_ARCH_MIPS64", "SCMP_ARCH_MIPS64N32", "SCMP_ARCH_MIPSEL", "SCMP_ARCH_MIPSEL64", "SCMP_ARCH_MIPSEL64N32",
        "SCMP_ARCH_PPC", "SCMP_ARCH_PPC64", "SCMP_ARCH_PPC64LE", "SCMP_ARCH_S390", "SCMP_ARCH_S390X", "SCMP_ARCH_PARISC",
        "SCMP_ARCH_PARISC64", "SCMP_ARCH_RISCV64", "SCMP_ARCH_LOONGARCH64", "SCMP_ARCH_M68K", "SCMP_ARCH_SH", "SCMP_ARCH_SHEB",
    ];

    internal static readonly string[] Flags =
        ["SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"];

    internal static readonly string[] Operators =
        ["SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ"];

    public static void Check(SpecCheck check, LinuxSeccomp seccomp)
    {
        check.OneOf(seccomp.DefaultAction, Actions, $"{At}/defaultAction");
        CheckErrno(check, seccomp.DefaultAction, seccomp.DefaultErrnoRet, $"{At}/defaultErrnoRet");
        check.Each(seccomp.Architectures, $"{At}/architectures", (value, pointer) => check.OneOf(value, Architectures, pointer));
        check.Each(seccomp.Flags, $"{At}/flags", (value, pointer) => check.OneOf(value, Flags, pointer));
        if (seccomp.ListenerMetadata is { Length: > 0 } && string.IsNullOrEmpty(seccomp.ListenerPath))
        {
            check.Error($"{At}/listenerMetadata", "It is for the listener, which is not there.", "Set listenerPath.");
        }
        if (Seccomp.SeccompSupport.Notifies(seccomp) && string.IsNullOrEmpty(seccomp.ListenerPath))
        {
            check.Error($"{At}/listenerPath", "It is not there, where SCMP_ACT_NOTIFY needs a listener.", "Name the AF_UNIX socket of a program that answers.");
        }
        check.Each(seccomp.Syscalls, $"{At}/syscalls", (rule, pointer) =>
        {
            if (rule.Names.Count == 0)
            {
                check.Error($"{pointer}/names", "It is empty; a rule matches at least one call.");
            }
            check.Each(rule.Names, $"{pointer}/names", (_, _) => { });
            check.OneOf(rule.Action, Actions, $"{pointer}/action");
            CheckErrno(check, rule.Action, rule.ErrnoRet, $"{pointer}/errnoRet");
            check.Each(rule.Args, $"{pointer}/args", (arg, at) =>
            {
                check.OneOf(arg.Op, Operators, $"{at}/op");
                check.Range(arg.Index, 0, 5, $"{at}/index");
            });
        });
    }
    // config-linux.md#seccomp: an errno for an action that takes none must fail.
    private static void CheckErrno(SpecCheck check, string action, uint? errno, string pointer)
    {
        if (errno is not null && action is not ("SCMP_ACT_ERRNO" or "SCMP_ACT_TRACE") && Actions.Contains(action))
        {
            check.Error(pointer, $"{action} takes no errno.", "Remove it, or use SCMP_ACT_ERRNO or SCMP_ACT_TRACE.");
        }
    }
}
