namespace Oci.Runtime.Linux.Cgroups;

/// <summary>Whether this process can make the cgroup of a container.</summary>
/// <param name="Mode">What the system has.</param>
/// <param name="Notice">Where no cgroup can be made: a sentence for the user that says why, and what to do. Else null.</param>
public sealed record CgroupAvailability(CgroupMode Mode, string? Notice)
{
    /// <summary>Whether a cgroup can be made.</summary>
    public bool IsAvailable => Notice is null;
}
