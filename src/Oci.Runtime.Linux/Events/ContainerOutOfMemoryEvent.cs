namespace Oci.Runtime.Linux.Events;

/// <summary>The container met its memory limit and nothing could be freed: a process was killed, or waits where the OOM killer is off.</summary>
public sealed record ContainerOutOfMemoryEvent : ContainerEvent
{
    /// <summary>How many of its processes were killed for want of memory so far; null where the kernel does not tell.</summary>
    public ulong? KillCount { get; init; }
}
