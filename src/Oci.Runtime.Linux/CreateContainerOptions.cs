using Oci.Runtime.Linux.Processes;

namespace Oci.Runtime.Linux;

/// <summary>How a container is created.</summary>
public sealed class CreateContainerOptions
{
    /// <summary>Where its standard streams go. Default: to those of this process.</summary>
    public ContainerStdio Stdio
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    } = ContainerStdio.Inherit;

    /// <summary>Whether disposing the <see cref="Container"/> kills and deletes it. Default: false, the container lives on.</summary>
    public bool KillOnDispose { get; set; }
}
