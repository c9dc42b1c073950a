namespace Oci.Runtime.Linux.Events;

/// <summary>Tasks of the container waited for a resource for as long as a trigger says. The kernel tells it once a window at most.</summary>
public sealed record ContainerPressureEvent : ContainerEvent
{
    /// <summary>The trigger that was asked for.</summary>
    public required PressureTrigger Trigger { get; init; }
}
