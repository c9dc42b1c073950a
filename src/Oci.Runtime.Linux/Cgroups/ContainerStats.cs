namespace Oci.Runtime.Linux.Cgroups;

/// <summary>What a container uses, as its cgroup tells it at one moment, in version 1, version 2 and hybrid systems.</summary>
/// <remarks>A number is null, and a part is null, where the kernel or this system's cgroups do not give it: it is never a 0 instead.</remarks>
public sealed record ContainerStats
{
    /// <summary>When it was read.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>CPU time and throttling.</summary>
    public CpuStats? Cpu { get; init; }

    /// <summary>The CPUs and memory nodes.</summary>
    public CpusetStats? Cpuset { get; init; }

    /// <summary>Memory and swap.</summary>
    public MemoryStats? Memory { get; init; }

    /// <summary>The number of tasks.</summary>
    public PidsStats? Pids { get; init; }

    /// <summary>Block I/O by device.</summary>
    public BlockIOStats? BlockIO { get; init; }

    /// <summary>Huge pages by size, such as <c>2MB</c>; empty where the controller is not there.</summary>
    public IReadOnlyDictionary<string, HugetlbStats> Hugetlb { get; init; } = new Dictionary<string, HugetlbStats>();

    /// <summary>RDMA resources by device; empty where the controller is not there.</summary>
    public IReadOnlyDictionary<string, RdmaStats> Rdma { get; init; } = new Dictionary<string, RdmaStats>();

    /// <summary>The interfaces of the container's network namespace, with <c>lo</c>; empty where that is this process's own.</summary>
    public IReadOnlyList<NetworkInterfaceStats> NetworkInterfaces { get; init; } = [];
}
