using Oci.Image;
using Oci.Image.LayerStores;
using Oci.Image.RootFilesystems;
using Oci.Runtime.Linux.Lifecycle;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux;

/// <summary>How an image is run, and what is different from its own configuration.</summary>
public sealed class RunOptions
{
    /// <summary>The container's id while it runs. Default: <c>run-</c> and random letters.</summary>
    /// <exception cref="ArgumentException">The id is not one.</exception>
    public string? Name
    {
        get;
        set
        {
            if (value is not null)
            {
                ContainerId.ThrowIfInvalid(value);
            }
            field = value;
        }
    }

    /// <summary>
    /// The directory below which the run makes one of its own, with mode 0700, for its bundle and root filesystem, and removes it at
    /// the end. It is made where it is missing. Default: the system's directory for temporary files.
    /// </summary>
    public string? WorkDirectory { get; set; }

    /// <summary>
    /// A store that keeps the unpacked layers for the next run, and shares them with other containers, by overlayfs. Layers that
    /// it lacks are unpacked while they are read, several at a time. Default: none, all is unpacked into the work directory.
    /// </summary>
    /// <remarks>Where the kernel lets this user mount no overlayfs, a copy is unpacked all the same, and <see cref="OnWarning"/> told.</remarks>
    public LayerStore? Layers { get; set; }

    /// <summary>With <see cref="Layers"/>, whether what the container writes is kept in memory, or in the work directory.
    /// Default: in memory for an ordinary user, who could not remove files of other ids; else in the work directory.</summary>
    public bool? RootInMemory { get; set; }

    /// <summary>Which image of an index is run. Default: that for this machine.</summary>
    public Platform? Platform { get; set; }

    /// <summary>What is always run, in place of the image's <c>Entrypoint</c>; then the image's <c>Cmd</c> is left out too. Default: the image's.</summary>
    public IReadOnlyList<string>? Entrypoint { get; set; }

    /// <summary>Variables as <c>NAME=VALUE</c>, in place of the image's of the same name. Default: none.</summary>
    public IReadOnlyList<string> Environment { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = [];

    /// <summary>The user, as a name of the image or a number, with <c>:GROUP</c> or not. Default: the image's.</summary>
    public string? User { get; set; }

    /// <summary>The working directory. Default: the image's, or <c>/</c>.</summary>
    public string? WorkingDirectory { get; set; }

    /// <summary>Mounts, after those that every container has. Default: none.</summary>
    public IReadOnlyList<MountSpec> Mounts { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = [];

    /// <summary>The host name. Default: the container's id.</summary>
    public string? Hostname { get; set; }

    /// <summary>Limits. Default: none but those on devices.</summary>
    public LinuxResources? Resources { get; set; }

    /// <summary>Its network. Default: none but a loopback interface.</summary>
    public RunNetwork Network { get; set; }

    /// <summary>Whether the container cannot write to its root filesystem. Default: it can, and what it writes is removed with it.</summary>
    public bool ReadonlyRoot { get; set; }

    /// <summary>Where the standard streams go that are not given below. Default: to those of this process.</summary>
    /// <exception cref="ArgumentException">The value is <see cref="ContainerStdio.Pipes"/>, whose ends nobody would hold.</exception>
    public ContainerStdio Stdio
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Kind == ContainerStdioKind.Pipes)
            {
                throw new ArgumentException("A run gives no container whose pipes could be read. Set StandardInput, StandardOutput or StandardError.", nameof(value));
            }
            field = value;
        }
    } = ContainerStdio.Inherit;

    /// <summary>What the program reads. Where any of the three streams is set, one that is not is empty or thrown away. It stays the caller's.</summary>
    public Stream? StandardInput { get; set; }

    /// <summary>Takes what the program writes. It stays the caller's, and all is in it when the run has ended.</summary>
    public Stream? StandardOutput { get; set; }

    /// <summary>Takes what the program writes to its standard error; may be the same as <see cref="StandardOutput"/> if that takes writes from two threads.</summary>
    public Stream? StandardError { get; set; }

    /// <summary>How the layers are unpacked, and their limits; null for the defaults.</summary>
    public UnpackOptions? Unpack { get; set; }

    /// <summary>Changes the configuration at last, for what has no option here. Default: nothing.</summary>
    public Func<RuntimeSpec, RuntimeSpec>? Configure { get; set; }

    /// <summary>Told what the run is at, on its own threads. Default: nobody.</summary>
    public IProgress<RunProgress>? Progress { get; set; }

    /// <summary>Told each sentence about what was done with less than was asked for. Default: nobody.</summary>
    public Action<string>? OnWarning { get; set; }

    internal RunOptions Copy()
    {
        var copy = (RunOptions)MemberwiseClone();
        copy.Environment = [.. Environment];
        copy.Mounts = [.. Mounts];
        return copy;
    }
}
