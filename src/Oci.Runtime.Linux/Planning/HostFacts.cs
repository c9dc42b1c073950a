using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Cgroups;

namespace Oci.Runtime.Linux.Planning;

/// <summary>What a plan has to know of the host. Reading it is done elsewhere, so that compiling has no side effect.</summary>
internal sealed record HostFacts
{
    public required ProgramArchitecture Architecture { get; init; }

    /// <summary>Whether this process is in a user namespace, where no device node can be made.</summary>
    public bool IsInUserNamespace { get; init; }

    /// <summary>Whether this process may map the ids of mounts of the host's filesystems.</summary>
    public bool CanMapMounts { get; init; } = true;

    /// <summary>Whether AppArmor is enabled.</summary>
    public bool HasAppArmor { get; init; }

    /// <summary>Whether SELinux is enabled.</summary>
    public bool HasSelinux { get; init; }

    /// <summary>Where resctrl is mounted; null where it is not.</summary>
    public string? ResctrlPath { get; init; }

    /// <summary>The capabilities that this process can give away, as the bits of its bounding set.</summary>
    public ulong Capabilities { get; init; } = ulong.MaxValue;

    /// <summary>The cgroup hierarchies that are mounted.</summary>
    public IReadOnlyList<CgroupHierarchy> Cgroups { get; init; } = [];

    /// <summary>Why the container gets no cgroup, a sentence; null where it gets one.</summary>
    public string? NoCgroup { get; init; }

    /// <summary>The layer directories that the root filesystem is put together of; null where it is a directory of its own.</summary>
    public OverlayRoot? Overlay { get; init; }

    /// <summary>The home directory that the container's own user database names for its user; null where it names none.</summary>
    public string? Home { get; init; }
}
