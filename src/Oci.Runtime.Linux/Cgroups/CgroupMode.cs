namespace Oci.Runtime.Linux.Cgroups;

/// <summary>Which version of control groups a system has mounted (cgroups(7)).</summary>
public enum CgroupMode
{
    /// <summary>None.</summary>
    None,

    /// <summary>Version 1 alone: a hierarchy for each controller.</summary>
    V1,

    /// <summary>Controllers in version 1 hierarchies, and a version 2 hierarchy beside them.</summary>
    Hybrid,

    /// <summary>Version 2 alone: one hierarchy with all controllers.</summary>
    V2,
}
