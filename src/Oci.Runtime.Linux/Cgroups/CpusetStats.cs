namespace Oci.Runtime.Linux.Cgroups;

/// <summary>The CPUs and memory nodes that a cgroup may use.</summary>
public sealed record CpusetStats
{
    /// <summary>The numbers of the CPUs.</summary>
    public IReadOnlyList<int> Cpus { get; init; } = [];

    /// <summary>The numbers of the memory nodes.</summary>
    public IReadOnlyList<int> Mems { get; init; } = [];

    /// <summary>The other files of the v1 controller that hold a number, without <c>cpuset.</c>: <c>cpu_exclusive</c>, <c>memory_pressure</c> and so on (cpuset(7)).</summary>
    public IReadOnlyDictionary<string, long> Settings { get; init; } = new Dictionary<string, long>();
}
