using Oci.Common.Linux;
using Oci.Runtime.Linux.Namespaces;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Preflight;

/// <summary>Namespaces: the kernel's kinds, how many may be made, by whom, the paths to join, and the tools that map ids.</summary>
internal static class NamespaceChecks
{
    private static readonly (string Type, string File, string Limit)[] Kinds =
    [
        (LinuxNamespaceTypes.User, "user", "user"), (LinuxNamespaceTypes.Mount, "mnt", "mnt"), (LinuxNamespaceTypes.Pid, "pid", "pid"),
        (LinuxNamespaceTypes.Network, "net", "net"), (LinuxNamespaceTypes.Ipc, "ipc", "ipc"), (LinuxNamespaceTypes.Uts, "uts", "uts"),
        (LinuxNamespaceTypes.Cgroup, "cgroup", "cgroup"), (LinuxNamespaceTypes.Time, "time", "time"),
    ];

    public static void Check(HostCheck check)
    {
        foreach ((string type, string file, string limit) in Kinds)
        {
            if (check.PointerOfNew(type) is not string pointer)
            {
                continue;
            }
            if (!check.Probe.HasNamespace(file))
            {
                check.Error(pointer, $"This kernel has no {type} namespaces.", "Remove the namespace, or use a kernel that is built with it.");
            }
            else if (check.Probe.ReadNamespaceLimit(limit) == 0)
            {
                check.Error(pointer, $"No {type} namespace may be made here.", $"Raise /proc/sys/user/max_{limit}_namespaces.");
            }
        }
        CheckPaths(check);
        CheckUser(check);
    }

    private static void CheckPaths(HostCheck check)
    {
        IReadOnlyList<LinuxNamespace> namespaces = check.Spec.Linux?.Namespaces ?? [];
        for (int i = 0; i < namespaces.Count; i++)
        {
            if (namespaces[i].Path is { Length: > 0 } path && !File.Exists(path))
            {
                check.Error(JsonPointer.Item("/linux/namespaces", i) + "/path", $"There is no {path} to be joined.", "The process that it belonged to may have ended.");
            }
        }
    }

    private static void CheckUser(HostCheck check)
    {
        bool joins = check.Spec.Linux?.Namespaces?.Any(n => n.Type is LinuxNamespaceTypes.User && !string.IsNullOrEmpty(n.Path)) == true;
        if (check.Probe.IsPrivileged || joins)
        {
            return;
        }
        if (check.PointerOfNew(LinuxNamespaceTypes.User) is not string pointer)
        {
            check.Error("/linux/namespaces", "An ordinary user can make a container only in a user namespace.", "Run as root, or add {\"type\": \"user\"} with id mappings.");
            return;
        }
        if (!check.Probe.AllowsUserNamespaces())
        {
            check.Error(pointer, "Ordinary users may make no user namespaces here.", "Set /proc/sys/kernel/unprivileged_userns_clone to 1, or run as root.");
        }
        CheckTool(check, check.Spec.Linux?.UidMappings, Libc.Geteuid(), "newuidmap", "/linux/uidMappings");
        CheckTool(check, check.Spec.Linux?.GidMappings, Libc.Getegid(), "newgidmap", "/linux/gidMappings");
    }

    private static void CheckTool(HostCheck check, IReadOnlyList<LinuxIdMapping>? mappings, uint own, string tool, string pointer)
    {
        if (mappings is { Count: > 0 } && !(mappings is [{ Size: 1 } only] && only.HostId == own) && IdMapTool.Find(tool) is null)
        {
            check.Error(pointer, $"More than this user's own id is to be mapped, and {tool} is not installed.", "Debian: apt-get install uidmap.");
        }
    }
}
