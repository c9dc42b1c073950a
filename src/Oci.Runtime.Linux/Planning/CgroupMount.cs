namespace Oci.Runtime.Linux.Planning;

/// <summary>A cgroup hierarchy of the host, to be shown in a container.</summary>
/// <param name="MountPoint">Where the host has it.</param>
/// <param name="Controllers">Its controllers, or <c>name=systemd</c> for a hierarchy without any; empty for cgroup v2.</param>
internal sealed record CgroupMount(string MountPoint, IReadOnlyList<string> Controllers)
{
    /// <summary>Whether it is the unified hierarchy.</summary>
    public bool IsUnified => Controllers.Count == 0;
}
