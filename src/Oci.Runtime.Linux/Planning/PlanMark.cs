namespace Oci.Runtime.Linux.Planning;

/// <summary>What the program tells its parent. A failure names a step's address instead, which is far above these.</summary>
internal enum PlanMark : long
{
    /// <summary>The ids can be mapped and the cgroup entered; an answer is awaited.</summary>
    Prepare = 1,

    /// <summary>The container's process is there: its pidfd comes along.</summary>
    Made = 2,

    /// <summary>Something is done with less: the index of the sentence follows.</summary>
    Warning = 3,

    /// <summary>The container is created.</summary>
    Ready = 4,

    /// <summary>The process has its terminal, whose number follows and whose master comes along; an answer is awaited.</summary>
    Terminal = 5,

    /// <summary>The times at which the groups of steps began follow, in the same message.</summary>
    Times = 6,

    /// <summary>A hook is to be run: its index among those of the creation follows, and an answer is awaited.</summary>
    Hook = 7,

    /// <summary>Something that only the parent may do is asked for: the index of the request follows; an answer is awaited.</summary>
    Request = 8,

    /// <summary>The filter is loaded: the descriptor that it notifies comes along; an answer is awaited.</summary>
    SeccompListener = 9,

    /// <summary>The network devices can be moved: a netlink socket of the container's namespace comes along; an answer is awaited.</summary>
    NetDevices = 10,
}
