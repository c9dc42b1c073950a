namespace Oci.Runtime.Linux.Cgroups;

/// <summary>Who makes the cgroups of containers.</summary>
public enum CgroupDriver
{
    /// <summary>This process, in the cgroup filesystem. <c>cgroupsPath</c> is a path.</summary>
    Cgroupfs,

    /// <summary>
    /// systemd, asked over D-Bus for a scope in a slice. <c>cgroupsPath</c> is <c>slice:prefix:name</c>, for the scope
    /// <c>prefix-name.scope</c>; the slice is <c>system.slice</c> for root and <c>user.slice</c> for others where it is empty.
    /// </summary>
    Systemd,
}
