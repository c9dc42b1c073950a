using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Cgroups;

/// <summary>To whom a container's cgroup is given, so that it can have cgroups of its own (runtime-spec, config-linux.md, "Cgroup ownership"). Pure.</summary>
internal static class CgroupOwnership
{
    /// <summary>What is given along with the directory, where the kernel has no /sys/kernel/cgroup/delegate (Linux before 4.15).</summary>
    public static IReadOnlyList<string> DefaultFiles { get; } = ["cgroup.procs", "cgroup.subtree_control", "cgroup.threads"];

    /// <summary>
    /// The host's user id that the user of the container's process is mapped to; null where the cgroup is not given away:
    /// without a user and a cgroup namespace of the container's own, or without a cgroup mount that can be written.
    /// </summary>
    public static uint? FindOwner(RuntimeSpec spec)
    {
        bool isMounted = spec.Mounts?.Any(m => m.Type is "cgroup" or "cgroup2" && m.Options?.LastOrDefault(o => o is "ro" or "rro" or "rw") is null or "rw") == true;
        if (!isMounted || !Makes(LinuxNamespaceTypes.User) || !Makes(LinuxNamespaceTypes.Cgroup))
        {
            return null;
        }
        uint user = spec.Process?.User?.Uid ?? 0;
        LinuxIdMapping? mapping = spec.Linux?.UidMappings?.FirstOrDefault(m => user >= m.ContainerId && user - m.ContainerId < m.Size);
        return mapping is null ? null : mapping.HostId + (user - mapping.ContainerId);

        bool Makes(string type) => spec.Linux?.Namespaces?.Any(n => n.Type == type && string.IsNullOrEmpty(n.Path)) == true;
    }
}
