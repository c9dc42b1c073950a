namespace Oci.Runtime.Linux.Planning;

/// <summary>Where in the making of a container a step is run.</summary>
public enum PlanPhase
{
    /// <summary>Before the container's process exists: namespaces are joined, ids mapped, the cgroup entered.</summary>
    Prepare,

    /// <summary>The container's process has been made in its namespaces and sets them up.</summary>
    Namespaces,

    /// <summary>The root filesystem becomes a mount of its own.</summary>
    Root,

    /// <summary>The mounts of the configuration.</summary>
    Mounts,

    /// <summary>Device nodes and the links in <c>/dev</c>.</summary>
    Devices,

    /// <summary>Masked and read-only paths, the read-only root, and the change of root.</summary>
    Protect,

    /// <summary>Limits, ids, capabilities and the search for the program.</summary>
    Process,

    /// <summary>The container is created and waits to be started.</summary>
    Wait,

    /// <summary>The program replaces the init.</summary>
    Start,
}
