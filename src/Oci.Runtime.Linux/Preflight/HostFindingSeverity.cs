namespace Oci.Runtime.Linux.Preflight;

/// <summary>What a <see cref="HostFinding"/> means for the container.</summary>
public enum HostFindingSeverity
{
    /// <summary>The container cannot be created, or its program not started, on this host.</summary>
    Error,

    /// <summary>It can be created, with less than the configuration asks for, or perhaps not.</summary>
    Warning,
}
