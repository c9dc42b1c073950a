using Microsoft.Win32.SafeHandles;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Processes;

namespace Oci.Runtime.Linux;

/// <summary>How a container is created.</summary>
public sealed class CreateContainerOptions
{
    /// <summary>Where its standard streams go, unless it has a terminal. Default: to those of this process.</summary>
    public ContainerStdio Stdio
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    } = ContainerStdio.Inherit;

    /// <summary>
    /// The path of an AF_UNIX stream socket that another program listens at, which gets the terminal's master as runc's
    /// <c>--console-socket</c> does: one message, the terminal's name, with the descriptor (SCM_RIGHTS). Default: none, and the
    /// terminal, if there is one, is <see cref="Container.Terminal"/>.
    /// </summary>
    public string? ConsoleSocket { get; set; }

    /// <summary>
    /// Open files that the program gets as 3, 4 and so on, as by runc's <c>--preserve-fds</c>; at most 1024. They stay the
    /// caller's. Default: none. A directory of the host among them is a way out of the container (CVE-2016-9962).
    /// </summary>
    public IReadOnlyList<SafeFileHandle> PreservedDescriptors
    {
        get;
        set => field = PlanDescriptors.CheckPreserved(value);
    } = [];

    /// <summary>
    /// The path of an AF_UNIX stream socket that another program listens at, which gets a pidfd of the container's first process (pidfd_open(2))
    /// as by runc's <c>--pidfd-socket</c>: one message, <c>standard</c>, with the descriptor. Default: none.
    /// </summary>
    public string? PidFdSocket { get; set; }

    /// <summary>Whether it keeps the session keyring of this process, with the keys in it (keyrings(7)). Default: false, it gets one of its own.</summary>
    public bool NoNewKeyring { get; set; }

    /// <summary>
    /// Whether the root is entered by moving its mount over the host's and chroot(2), where pivot_root(2) is impossible: on
    /// an initial ramdisk. Default: false. A program with CAP_SYS_CHROOT, or that keeps a directory open, gets out of such a root.
    /// </summary>
    public bool NoPivotRoot { get; set; }

    /// <summary>
    /// Whether the container's first process is left to who is its parent once this process has ended, such as a subreaper that waits for it: its end
    /// is seen here and not taken, so that it stays a zombie as long as this process lives. Default: false, it is waited for.
    /// </summary>
    public bool IsDetached { get; set; }

    /// <summary>
    /// Whether <see cref="Container.Timings"/> are recorded. Default: false, and nothing is done for them; else the plan has one
    /// more step before each group of steps, some 0.1 µs each.
    /// </summary>
    public bool RecordTimings { get; set; }

    /// <summary>Whether disposing the <see cref="Container"/> kills and deletes it. Default: false, the container lives on.</summary>
    public bool KillOnDispose { get; set; }
}
