namespace Oci.Runtime.Linux.Cgroups;

/// <summary>A mounted cgroup hierarchy, and where this process is in it.</summary>
/// <param name="MountPoint">Where it is mounted.</param>
/// <param name="Controllers">Its controllers, or <c>name=NAME</c>; none for cgroup v2.</param>
/// <param name="OwnPath">This process's cgroup, from the mount point; begins with a slash.</param>
internal sealed record CgroupHierarchy(string MountPoint, IReadOnlyList<string> Controllers, string OwnPath)
{
    /// <summary>Whether it is the version 2 hierarchy.</summary>
    public bool IsUnified => Controllers.Count == 0;

    /// <summary>Whether it only names groups, as <c>name=systemd</c> does.</summary>
    public bool IsNamed => Controllers.Count > 0 && Controllers[0].StartsWith("name=", StringComparison.Ordinal);
}
