using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Seccomp;

/// <summary>What of the spec's filters is not done here.</summary>
internal static class SeccompSupport
{
    /// <summary>The action that asks another program (seccomp_unotify(2)).</summary>
    public const string Notify = "SCMP_ACT_NOTIFY";

    private const string At = "/linux/seccomp";

    /// <summary>Whether there is a rule for which another program listens.</summary>
    public static bool Notifies(LinuxSeccomp? spec) => spec?.Syscalls?.Any(rule => rule.Action is Notify) == true;

    /// <summary>The first member that is not supported: its pointer, what it asks for, and what to do; null where all are.</summary>
    public static (string Pointer, string Feature, string Hint)? FindUnsupported(LinuxSeccomp spec)
    {
        if (spec.DefaultAction is Notify)
        {
            return ($"{At}/defaultAction", $"{Notify} for every call", "Use another action there, and name the calls to be notified of: all would wait for a program that has no descriptor yet.");
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
            // The kernel refuses it (EINVAL).
            if (spec.Flags![i] is "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" && !Notifies(spec))
            {
                return (JsonPointer.Item($"{At}/flags", i), $"{spec.Flags[i]} without {Notify}", "Remove it.");
            }
        }
        for (int i = 0; i < (spec.Syscalls?.Count ?? 0); i++)
        {
            // It is what carries the listener's descriptor to who could answer.
            if (spec.Syscalls![i] is { Action: Notify } rule && rule.Names.Contains("sendmsg"))
            {
                return ($"{JsonPointer.Item($"{At}/syscalls", i)}/action", $"{Notify} for sendmsg", "Remove sendmsg from the names: the descriptor is sent with it, before anybody can answer.");
            }
        }
        return null;
    }
}
