using Oci.Runtime.Linux.Processes;

namespace Oci.Runtime.Linux.Events;

/// <summary>The container's first process has ended. It is the last event.</summary>
public sealed record ContainerExitEvent : ContainerEvent
{
    /// <summary>How it ended; not known for a container of another process on kernels before 6.15.</summary>
    public required ExitStatus Status { get; init; }
}
