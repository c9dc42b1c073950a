namespace Oci.Runtime.Linux.Events;

/// <summary>What <see cref="Container.WatchEventsAsync"/> tells besides exit and want of memory.</summary>
public sealed class WatchEventsOptions
{
    /// <summary>How often statistics are told, by the runtime's clock; null, the default, for never. Positive.</summary>
    public TimeSpan? StatsInterval
    {
        get;
        set
        {
            if (value is { } interval)
            {
                ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero, nameof(value));
            }
            field = value;
        }
    }

    /// <summary>Pressure to be told; none by default. Needs the cgroup v2 hierarchy, alone or beside v1, and a kernel with pressure stall information switched on.</summary>
    public IReadOnlyList<PressureTrigger> Pressure
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (PressureTrigger trigger in value)
            {
                ArgumentNullException.ThrowIfNull(trigger, nameof(value));
                ArgumentOutOfRangeException.ThrowIfLessThan(trigger.Window, TimeSpan.FromSeconds(0.5), nameof(value));
                ArgumentOutOfRangeException.ThrowIfGreaterThan(trigger.Window, TimeSpan.FromSeconds(10), nameof(value));
                ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(trigger.Stall, TimeSpan.Zero, nameof(value));
                ArgumentOutOfRangeException.ThrowIfGreaterThan(trigger.Stall, trigger.Window, nameof(value));
            }
            field = [.. value];
        }
    } = [];
}
