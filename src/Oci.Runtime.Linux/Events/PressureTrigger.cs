namespace Oci.Runtime.Linux.Events;

/// <summary>When pressure is to be told (Documentation/accounting/psi.rst, "Monitoring for pressure thresholds").</summary>
public sealed record PressureTrigger
{
    /// <summary>What is waited for.</summary>
    public required PressureResource Resource { get; init; }

    /// <summary>Whether all tasks must wait at once; else one is enough. Default: false.</summary>
    public bool IsFull { get; init; }

    /// <summary>How much waiting is told; positive, and no longer than <see cref="Window"/>.</summary>
    public required TimeSpan Stall { get; init; }

    /// <summary>Within which time; half a second to ten seconds. Without CAP_SYS_RESOURCE, multiples of two seconds only. Default: two seconds.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(2);
}
