using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Processes;

/// <summary>A process held by its pidfd, whose end is waited for in the background.</summary>
/// <remarks>
/// A child is waited for, and so leaves no zombie, whether or not someone awaits <see cref="Exited"/>. The descriptor
/// is closed when the process has ended, or, for another's child, when this is disposed.
/// </remarks>
internal sealed class WatchedProcess
{
    private readonly SafeFileHandle _pidfd;

    private WatchedProcess(int pid, SafeFileHandle pidfd)
    {
        Pid = pid;
        _pidfd = pidfd;
        Exited = WatchAsync();
    }

    public int Pid { get; }

    /// <summary>How the process ended. Never fails.</summary>
    public Task<ExitStatus> Exited { get; }

    /// <summary>Watches a process.</summary>
    /// <param name="pid">Its number.</param>
    /// <param name="pidfd">The process; owned from here on.</param>
    public static WatchedProcess Watch(int pid, SafeFileHandle pidfd) => new(pid, pidfd);

    /// <summary>Sends a signal; ESRCH where the process has ended.</summary>
    public Errno Signal(int signal)
    {
        try
        {
            return Libc.PidfdSendSignal(_pidfd, signal);
        }
        catch (ObjectDisposedException)
        {
            return Errno.ESRCH;
        }
    }

    private async Task<ExitStatus> WatchAsync()
    {
        using SafeFileHandle pidfd = _pidfd;
        await EventLoop.Shared.WaitAsync(pidfd, Libc.EPOLLIN, CancellationToken.None).ConfigureAwait(false);
        // ECHILD: another's child, or the host ignores SIGCHLD and the kernel has thrown the status away.
        if (Libc.WaitForPidfd(pidfd, out Libc.ChildStatus status) == Errno.None && status.si_pid != 0)
        {
            return ExitStatus.From(status);
        }
        return Libc.TryGetExitCode(pidfd, out int waitStatus) ? ExitStatus.FromWaitStatus(waitStatus) : ExitStatus.Unknown;
    }
}
