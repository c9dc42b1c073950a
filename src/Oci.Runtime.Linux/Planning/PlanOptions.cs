using Oci.Runtime.Linux.Processes;

namespace Oci.Runtime.Linux.Planning;

/// <summary>What the caller, not the configuration, asks of a plan.</summary>
internal sealed record PlanOptions
{
    /// <summary>Whether the standard streams are pipes that were made for the process, to be its user's.</summary>
    public bool OwnsStreams { get; init; }

    /// <summary>How many descriptors the program gets beside its standard streams.</summary>
    public int PreservedDescriptors { get; init; }

    /// <summary>Whether it keeps the session keyring of this process.</summary>
    public bool NoNewKeyring { get; init; }

    /// <summary>Whether its root is entered by chroot(2), for hosts whose root is no mount that can be changed.</summary>
    public bool NoPivotRoot { get; init; }

    /// <summary>Whether the steps take the time. The plan is another then.</summary>
    public bool RecordsTimings { get; init; }

    public static PlanOptions From(CreateContainerOptions options) => new()
    {
        OwnsStreams = options.Stdio.Kind == ContainerStdioKind.Pipes,
        PreservedDescriptors = options.PreservedDescriptors.Count,
        NoNewKeyring = options.NoNewKeyring,
        NoPivotRoot = options.NoPivotRoot,
        RecordsTimings = options.RecordTimings,
    };

    public static PlanOptions From(ExecOptions options) => new()
    {
        OwnsStreams = options.Stdio.Kind == ContainerStdioKind.Pipes,
        PreservedDescriptors = options.PreservedDescriptors.Count,
        NoNewKeyring = options.NoNewKeyring,
    };
}
