namespace Oci.Runtime.Linux.Cgroups;

/// <summary>Block I/O of a cgroup and those below it. A list is empty where the kernel does not give it; version 2 gives the first two.</summary>
public sealed record BlockIOStats
{
    /// <summary>Bytes.</summary>
    public IReadOnlyList<BlockIOEntry> ServiceBytes { get; init; } = [];

    /// <summary>Operations.</summary>
    public IReadOnlyList<BlockIOEntry> Serviced { get; init; } = [];

    /// <summary>Operations that wait now.</summary>
    public IReadOnlyList<BlockIOEntry> Queued { get; init; } = [];

    /// <summary>Nanoseconds between dispatch and completion.</summary>
    public IReadOnlyList<BlockIOEntry> ServiceTime { get; init; } = [];

    /// <summary>Nanoseconds in the scheduler's queues.</summary>
    public IReadOnlyList<BlockIOEntry> WaitTime { get; init; } = [];

    /// <summary>Operations that were merged into others.</summary>
    public IReadOnlyList<BlockIOEntry> Merged { get; init; } = [];

    /// <summary>Milliseconds that the disk was given to the cgroup.</summary>
    public IReadOnlyList<BlockIOEntry> DiskTime { get; init; } = [];

    /// <summary>Sectors.</summary>
    public IReadOnlyList<BlockIOEntry> Sectors { get; init; } = [];

    /// <summary>How long tasks waited for I/O; null without pressure stall information.</summary>
    public PressureStats? Pressure { get; init; }
}
