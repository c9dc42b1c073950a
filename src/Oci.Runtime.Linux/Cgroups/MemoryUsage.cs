namespace Oci.Runtime.Linux.Cgroups;

/// <summary>One kind of memory that a cgroup counts, in bytes.</summary>
public sealed record MemoryUsage
{
    /// <summary>What is used now.</summary>
    public ulong? Usage { get; init; }

    /// <summary>The most that was ever used.</summary>
    public ulong? MaxUsage { get; init; }

    /// <summary>The limit; null where there is none. Version 1 writes none as the largest number of whole pages, which is null here too.</summary>
    public ulong? Limit { get; init; }

    /// <summary>How often the limit was met.</summary>
    public ulong? FailureCount { get; init; }
}
