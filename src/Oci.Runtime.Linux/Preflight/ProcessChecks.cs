using Oci.Runtime.Linux.Lifecycle;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Preflight;

/// <summary>Capabilities, security modules, filters, limits, kernel parameters and hooks.</summary>
internal static class ProcessChecks
{
    public static void Check(HostCheck check)
    {
        CheckCapabilities(check);
        if (check.Spec.Process?.ApparmorProfile is { Length: > 0 } and not "unconfined" && !check.Probe.HasAppArmor)
        {
            check.Error("/process/apparmorProfile", "AppArmor is not enabled here.", "Remove the member, or boot with apparmor=1 security=apparmor.");
        }
        if (!string.IsNullOrEmpty(check.Spec.Process?.SelinuxLabel) && !check.Probe.HasSelinux)
        {
            check.Error("/process/selinuxLabel", "SELinux is not enabled here.", "Remove the member.");
        }
        if (!string.IsNullOrEmpty(check.Spec.Linux?.MountLabel) && !check.Probe.HasSelinux)
        {
            check.Error("/linux/mountLabel", "SELinux is not enabled here.", "Remove the member.");
        }
        if (check.Spec.Linux?.Seccomp is not null && !check.Probe.HasSeccomp)
        {
            check.Error("/linux/seccomp", "This kernel has no seccomp filters.", "Remove the member, or use a kernel with CONFIG_SECCOMP_FILTER.");
        }
        if (check.Spec.Linux?.IntelRdt is not null && !check.Probe.HasResctrl)
        {
            check.Error("/linux/intelRdt", "The resctrl filesystem is not mounted.", "Mount it at /sys/fs/resctrl, on a processor that has RDT.");
        }
        foreach (string name in (check.Spec.Linux?.Sysctl ?? new Dictionary<string, string>()).Keys.Where(n => !check.Probe.HasSysctl(n)))
        {
            check.Warning(JsonPointer.Member("/linux/sysctl", name), $"This kernel has no parameter {name}, at least outside the container.", null);
        }
        CheckHooks(check);
    }

    private static void CheckCapabilities(HostCheck check)
    {
        if (check.PointerOfNew(LinuxNamespaceTypes.User) is not null || check.Spec.Process?.Capabilities is not { } sets)
        {
            return;
        }
        ulong held = HostFactsReader.Capabilities;
        foreach ((string member, IReadOnlyList<string>? names) in ((string, IReadOnlyList<string>?)[])
            [("bounding", sets.Bounding), ("effective", sets.Effective), ("permitted", sets.Permitted), ("inheritable", sets.Inheritable), ("ambient", sets.Ambient)])
        {
            ulong missing = LinuxCapabilityNames.ToMask(names) & ~held;
            if (missing != 0)
            {
                string list = string.Join(", ", LinuxCapabilityNames.All.Where((_, number) => (missing & (1UL << number)) != 0));
                check.Warning($"/process/capabilities/{member}", $"This process does not have {list} itself, so the set is made without.", "Give it to this process, or remove it.");
            }
        }
    }

    private static void CheckHooks(HostCheck check)
    {
        HooksSpec? hooks = check.Spec.Hooks;
        foreach ((string kind, IReadOnlyList<HookSpec>? list) in ((string, IReadOnlyList<HookSpec>?)[])
            [("prestart", hooks?.Prestart), ("createRuntime", hooks?.CreateRuntime), ("createContainer", hooks?.CreateContainer), ("poststart", hooks?.Poststart), ("poststop", hooks?.Poststop)])
        {
            // startContainer is looked up in the container.
            for (int i = 0; i < (list?.Count ?? 0); i++)
            {
                if (!File.Exists(list![i].Path))
                {
                    check.Error(JsonPointer.Item($"/hooks/{kind}", i) + "/path", $"There is no {list[i].Path}.", "Hooks of this kind are looked up on the host.");
                }
            }
        }
    }
}
