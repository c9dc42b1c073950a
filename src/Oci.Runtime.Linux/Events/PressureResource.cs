namespace Oci.Runtime.Linux.Events;

/// <summary>What tasks can wait for (Documentation/accounting/psi.rst).</summary>
public enum PressureResource
{
    /// <summary>A CPU.</summary>
    Cpu,

    /// <summary>Memory.</summary>
    Memory,

    /// <summary>Block I/O.</summary>
    IO,
}
