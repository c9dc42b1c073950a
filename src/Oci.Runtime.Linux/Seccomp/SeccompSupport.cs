using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Seccomp;

/// <summary>What of the spec's filters is not done here.</summary>
internal static class SeccompSupport
{
    private const string At = "/linux/seccomp";

    /// <summary>The first member that is not supported: its pointer, what it asks for, and what to do; null where all are.</summary>
    public static (string Pointer, string Feature, string Hint)? FindUnsupported(LinuxSeccomp spec)
    {
        const string useAnother = "Use another action, such as SCMP_ACT_ERRNO.";
        if (spec.DefaultAction is "SCMP_ACT_NOTIFY")
        {
            return ($"{At}/defaultAction", "SCMP_ACT_NOTIFY", useAnother);
        }
        for (int i = 0; i < (spec.Architectures?.Count ?? 0); i++)
        {
            if (SeccompArchitecture.Find(spec.Architectures![i]) is null)
            {
                return (JsonPointer.Item($"{At}/architectures", i), $"a filter for {spec.Architectures[i]}", "Remove it: calls of an architecture that is not listed kill the caller.");
            }
        }
        for (int i = 0; i < (spec.Flags?.Count ?? 0); i++)
        {
            if (spec.Flags![i] is "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV")
            {
                return (JsonPointer.Item($"{At}/flags", i), spec.Flags[i], "Remove it: it is for SCMP_ACT_NOTIFY only.");
            }
        }
        for (int i = 0; i < (spec.Syscalls?.Count ?? 0); i++)
        {
            if (spec.Syscalls![i].Action is "SCMP_ACT_NOTIFY")
            {
                return ($"{JsonPointer.Item($"{At}/syscalls", i)}/action", "SCMP_ACT_NOTIFY", useAnother);
            }
        }
        return null;
    }
}
