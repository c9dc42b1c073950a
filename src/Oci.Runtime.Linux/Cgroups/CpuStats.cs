namespace Oci.Runtime.Linux.Cgroups;

/// <summary>CPU time of a cgroup, since it was made. Times are in nanoseconds.</summary>
public sealed record CpuStats
{
    /// <summary>CPU time in all.</summary>
    public ulong? Usage { get; init; }

    /// <summary>CPU time in user mode.</summary>
    public ulong? User { get; init; }

    /// <summary>CPU time in the kernel.</summary>
    public ulong? Kernel { get; init; }

    /// <summary>CPU time by CPU; cgroup v1 only, else empty.</summary>
    public IReadOnlyList<ulong> PerCpu { get; init; } = [];

    /// <summary>CPU time in user mode by CPU; cgroup v1 only, else empty.</summary>
    public IReadOnlyList<ulong> PerCpuUser { get; init; } = [];

    /// <summary>CPU time in the kernel by CPU; cgroup v1 only, else empty.</summary>
    public IReadOnlyList<ulong> PerCpuKernel { get; init; } = [];

    /// <summary>How many periods of the quota have passed.</summary>
    public ulong? Periods { get; init; }

    /// <summary>In how many of them the quota was used up.</summary>
    public ulong? ThrottledPeriods { get; init; }

    /// <summary>How long tasks were held back by the quota.</summary>
    public ulong? ThrottledTime { get; init; }

    /// <summary>How long tasks waited for a CPU; null without pressure stall information.</summary>
    public PressureStats? Pressure { get; init; }
}
