using System.Globalization;

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

    /// <summary>One line of what is asked for most, of what there is: <c>cpu 8.7 ms, memory 385024 of 67108864 bytes, tasks 1 of 10</c>.</summary>
    public override string ToString()
    {
        var parts = new List<string>(3);
        if (Cpu?.Usage is ulong nanoseconds)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"cpu {nanoseconds / 1e6:0.0} ms"));
        }
        if (Memory?.Usage.Usage is ulong bytes)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"memory {bytes}{Of(Memory.Usage.Limit)} bytes"));
        }
        if (Pids?.Current is ulong tasks)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"tasks {tasks}{Of(Pids.Limit)}"));
        }
        return parts.Count > 0 ? string.Join(", ", parts) : "no numbers";
    }

    private static string Of(ulong? limit) => limit is ulong number ? string.Create(CultureInfo.InvariantCulture, $" of {number}") : "";
}
