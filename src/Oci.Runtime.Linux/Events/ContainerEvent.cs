namespace Oci.Runtime.Linux.Events;

/// <summary>Something that happened to a container.</summary>
public abstract record ContainerEvent
{
    private protected ContainerEvent()
    {
    }

    /// <summary>The container.</summary>
    public required string ContainerId { get; init; }

    /// <summary>When it was noticed.</summary>
    public required DateTimeOffset Time { get; init; }
}
