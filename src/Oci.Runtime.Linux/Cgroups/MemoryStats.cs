namespace Oci.Runtime.Linux.Cgroups;

/// <summary>Memory of a cgroup, in bytes.</summary>
public sealed record MemoryStats
{
    /// <summary>The page cache.</summary>
    public ulong? Cache { get; init; }

    /// <summary>All memory.</summary>
    public required MemoryUsage Usage { get; init; }

    /// <summary>Memory and swap together, in version 2 too, which counts them apart; null where swap is not counted.</summary>
    public MemoryUsage? Swap { get; init; }

    /// <summary>Memory of the kernel; a part of <see cref="Usage"/>.</summary>
    public MemoryUsage? Kernel { get; init; }

    /// <summary>Buffers of TCP in version 1, of all sockets in version 2.</summary>
    public MemoryUsage? KernelTcp { get; init; }

    /// <summary>The file <c>memory.stat</c> as it is.</summary>
    public IReadOnlyDictionary<string, ulong> Raw { get; init; } = new Dictionary<string, ulong>();

    /// <summary>How often the limit was met and nothing could be freed; cgroup v2 only.</summary>
    public ulong? OomCount { get; init; }

    /// <summary>How many processes were killed for want of memory.</summary>
    public ulong? OomKillCount { get; init; }

    /// <summary>How long tasks waited for memory; null without pressure stall information.</summary>
    public PressureStats? Pressure { get; init; }
}
