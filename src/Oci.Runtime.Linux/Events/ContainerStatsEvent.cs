using Oci.Runtime.Linux.Cgroups;

namespace Oci.Runtime.Linux.Events;

/// <summary>What the container uses, told at the interval that was asked for.</summary>
public sealed record ContainerStatsEvent : ContainerEvent
{
    /// <summary>The numbers.</summary>
    public required ContainerStats Stats { get; init; }
}
