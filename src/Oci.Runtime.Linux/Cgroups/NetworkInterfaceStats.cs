namespace Oci.Runtime.Linux.Cgroups;

/// <summary>The counters of a network interface (proc_pid_net(5), <c>dev</c>).</summary>
public sealed record NetworkInterfaceStats
{
    /// <summary>Its name in the container.</summary>
    public required string Name { get; init; }

    /// <summary>Bytes received.</summary>
    public ulong RxBytes { get; init; }

    /// <summary>Packets received.</summary>
    public ulong RxPackets { get; init; }

    /// <summary>Packets received with errors.</summary>
    public ulong RxErrors { get; init; }

    /// <summary>Packets received and dropped.</summary>
    public ulong RxDropped { get; init; }

    /// <summary>Bytes sent.</summary>
    public ulong TxBytes { get; init; }

    /// <summary>Packets sent.</summary>
    public ulong TxPackets { get; init; }

    /// <summary>Packets that could not be sent.</summary>
    public ulong TxErrors { get; init; }

    /// <summary>Packets dropped instead of sent.</summary>
    public ulong TxDropped { get; init; }
}
