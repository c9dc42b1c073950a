using Microsoft.Win32.SafeHandles;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux;

/// <summary>A program to be run in a container by <see cref="Container.ExecAsync"/>.</summary>
/// <remarks>What is left out is as the container's <c>config.json</c> has it for its first process.</remarks>
public sealed class ExecOptions
{
    /// <summary>The program and its arguments. A name without a slash is looked for in the PATH of the process, in the container.</summary>
    public required IReadOnlyList<string> Args
    {
        get;
        set => field = value is { Count: > 0 } ? value : throw new ArgumentException("It is empty; it must name the program to run.", nameof(value));
    }

    /// <summary>Variables as <c>NAME=VALUE</c>, added to those of the container or put in the place of those with the same name. Default: none.</summary>
    public IReadOnlyList<string> Env
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    } = [];

    /// <summary>The working directory, an absolute path in the container; it must be there. Default: the container's.</summary>
    public string? Cwd { get; set; }

    /// <summary>Who runs it. Default: the container's user.</summary>
    public UserSpec? User { get; set; }

    /// <summary>Its capability sets. Default: the container's.</summary>
    public LinuxCapabilities? Capabilities { get; set; }

    /// <summary>Whether it can never get more privileges. Default: as in the container.</summary>
    public bool? NoNewPrivileges { get; set; }

    /// <summary>Where its standard streams go, unless it has a terminal. Default: to those of this process.</summary>
    public ContainerStdio Stdio
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    } = ContainerStdio.Inherit;

    /// <summary>Whether it has a terminal of its own, from the container's <c>/dev/pts</c>. Default: false, or as the <see cref="ProcessSpec"/> of <see cref="FromProcess"/> says.</summary>
    public bool? Terminal { get; set; }

    /// <summary>The first size of its terminal; without one it has no effect. Default: none, the terminal says 0 by 0.</summary>
    public ConsoleSize? ConsoleSize { get; set; }

    /// <summary>
    /// The path of an AF_UNIX stream socket that another program listens at, which gets the terminal's master as runc's
    /// <c>--console-socket</c> does: one message, the terminal's name, with the descriptor (SCM_RIGHTS). Default: none, and the
    /// terminal, if there is one, is <see cref="ContainerProcess.Terminal"/>.
    /// </summary>
    public string? ConsoleSocket { get; set; }

    /// <summary>
    /// Cgroups below the container's for the process, which must exist: a path such as <c>workers/1</c>, and with cgroups of
    /// version 1, where a controller may have one of its own, <c>cpu,memory:workers/1</c>. Default: none, the container's own.
    /// </summary>
    public IReadOnlyList<string> Cgroups
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    } = [];

    /// <summary>Whether a paused container is entered: the call then waits, with the process, until the container is resumed. Default: false, it is refused.</summary>
    public bool IgnorePaused { get; set; }

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
    /// The path of an AF_UNIX stream socket that another program listens at, which gets a pidfd of the process (pidfd_open(2))
    /// as by runc's <c>--pidfd-socket</c>: one message, <c>setns</c>, with the descriptor. Default: none.
    /// </summary>
    public string? PidFdSocket { get; set; }

    /// <summary>Whether it keeps the session keyring of this process, with the keys in it (keyrings(7)). Default: false, it gets one of its own, named as the container's.</summary>
    public bool NoNewKeyring { get; set; }

    /// <summary>
    /// Whether the process is left to who is its parent once this process has ended, such as a subreaper that waits for it: its end
    /// is seen here and not taken, so that it stays a zombie as long as this process lives. Default: false, it is waited for.
    /// </summary>
    public bool IsDetached { get; set; }

    /// <summary>Whether disposing the <see cref="ContainerProcess"/> kills the process. Default: false, it goes on.</summary>
    public bool KillOnDispose { get; set; }

    private ProcessSpec? Base { get; init; }

    /// <summary>A process that is described whole, as for <c>runc exec --process</c>: nothing but the filters comes from the container's <c>config.json</c>.</summary>
    /// <param name="process">The process; its arguments must be there.</param>
    public static ExecOptions FromProcess(ProcessSpec process)
    {
        ArgumentNullException.ThrowIfNull(process);
        return new ExecOptions
        {
            Args = process.Args is { Count: > 0 } args ? args : throw new ArgumentException("Its args are empty; they must name the program to run.", nameof(process)),
            Base = process,
        };
    }

    /// <summary>The process to run, where <paramref name="container"/> is the container's first.</summary>
    internal ProcessSpec Apply(ProcessSpec? container)
    {
        ProcessSpec process = Base ?? (container ?? new ProcessSpec { Cwd = "/" }) with { Terminal = null, ConsoleSize = null };
        return process with
        {
            Args = Args,
            Env = Merge(process.Env ?? []),
            Cwd = Cwd ?? process.Cwd,
            User = User ?? process.User,
            Capabilities = Capabilities ?? process.Capabilities,
            Terminal = Terminal ?? process.Terminal,
            ConsoleSize = ConsoleSize ?? process.ConsoleSize,
            NoNewPrivileges = NoNewPrivileges ?? process.NoNewPrivileges,
        };
    }

    private IReadOnlyList<string> Merge(IReadOnlyList<string> env)
    {
        HashSet<string> names = [.. Env.Select(Name)];
        return names.Count == 0 ? env : [.. env.Where(e => !names.Contains(Name(e))), .. Env];

        // What is no text, or no NAME=VALUE, is told by the check that follows.
        static string Name(string? entry) => entry?.Split('=', 2)[0] ?? "";
    }
}
