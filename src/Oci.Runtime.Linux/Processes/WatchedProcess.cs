using System.Collections.Concurrent;
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
    private static readonly ConcurrentDictionary<(int Pid, ulong StartTime), WeakReference<WatchedProcess>> s_children = new();

    /// <summary>A parent that never waits for its children must not hold up who waits here.</summary>
    private static readonly TimeSpan s_patienceWithParent = TimeSpan.FromSeconds(1);

    private readonly SafeFileHandle _pidfd;
    private readonly bool _isLeft;

    private WatchedProcess(int pid, ulong startTime, SafeFileHandle pidfd, bool isLeft)
    {
        _isLeft = isLeft;
        Pid = pid;
        StartTime = startTime;
        _pidfd = pidfd;
        Exited = WatchAsync();
    }

    public int Pid { get; }

    /// <summary>When it started, in clock ticks since boot: with <see cref="Pid"/> it names one process.</summary>
    public ulong StartTime { get; }

    /// <summary>How the process ended. Never fails.</summary>
    public Task<ExitStatus> Exited { get; }

    /// <summary>Whether it has ended, even if nobody has been told yet.</summary>
    public bool HasEnded
    {
        get
        {
            try
            {
                return Exited.IsCompleted || Libc.IsReady(_pidfd, Libc.POLLIN);
            }
            catch (ObjectDisposedException)
            {
                return true;
            }
        }
    }

    /// <summary>Watches a process.</summary>
    /// <param name="pid">Its number.</param>
    /// <param name="startTime">When it started; to be read before, since a child that has ended is gone once it is watched.</param>
    /// <param name="pidfd">The process; owned from here on.</param>
    /// <param name="isLeft">Whether it is left a zombie, for who is its parent once this process has ended.</param>
    public static WatchedProcess Watch(int pid, ulong startTime, SafeFileHandle pidfd, bool isLeft = false) => new(pid, startTime, pidfd, isLeft);

    /// <summary>A process that <see cref="Register"/> was called for; null where it has ended and nobody holds it any more.</summary>
    public static WatchedProcess? Find(int pid, ulong startTime) =>
        s_children.TryGetValue((pid, startTime), out WeakReference<WatchedProcess>? reference) && reference.TryGetTarget(out WatchedProcess? process) ? process : null;

    /// <summary>Makes this child known, so that whoever finds it again learns how it ended: only one waitid(2) can.</summary>
    public void Register()
    {
        foreach ((var key, WeakReference<WatchedProcess> reference) in s_children)
        {
            if (!reference.TryGetTarget(out _))
            {
                s_children.TryRemove(key, out _);
            }
        }
        s_children[(Pid, StartTime)] = new WeakReference<WatchedProcess>(this);
    }

    /// <summary>Kills the process and waits until it is gone, one that is left to others too.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task EndAsync(CancellationToken cancellationToken = default)
    {
        Signal(Libc.SIGKILL);
        await Exited.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_isLeft)
        {
            // Until this, the number is the zombie's.
            Libc.WaitForPid(Pid, out _);
        }
    }

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

    /// <summary>Sends a signal to the process and to the group that it leads; ESRCH where the process has ended.</summary>
    public Errno SignalGroup(int signal)
    {
        try
        {
            // Before Linux 6.9 by number, which is the group's own as long as the process has not been waited for.
            if (Libc.PidfdSendSignal(_pidfd, signal, Libc.PIDFD_SIGNAL_PROCESS_GROUP) == Errno.EINVAL && !Exited.IsCompleted)
            {
                Libc.Kill(-Pid, signal);
            }
        }
        catch (ObjectDisposedException)
        {
            return Errno.ESRCH;
        }
        // It may have left its group.
        return Signal(signal);
    }

    private async Task<ExitStatus> WatchAsync()
    {
        using SafeFileHandle pidfd = _pidfd;
        await EventLoop.Shared.WaitAsync(pidfd, Libc.EPOLLIN, CancellationToken.None).ConfigureAwait(false);
        // ECHILD: another's child, or the host ignores SIGCHLD and the kernel has thrown the status away.
        if (Libc.WaitForPidfd(pidfd, _isLeft, out Libc.ChildStatus status) == Errno.None && status.si_pid != 0)
        {
            return ExitStatus.From(status);
        }
        if (!Libc.TryGetExitCode(pidfd, out int waitStatus))
        {
            // The kernel tells strangers once the parent has waited for it, and wakes them then (EPOLLHUP).
            using var patience = new CancellationTokenSource(s_patienceWithParent);
            try
            {
                await EventLoop.Shared.WaitAsync(pidfd, Libc.EPOLLHUP, patience.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return ExitStatus.Unknown;
            }
            if (!Libc.TryGetExitCode(pidfd, out waitStatus))
            {
                return ExitStatus.Unknown;
            }
        }
        return ExitStatus.FromWaitStatus(waitStatus);
    }
}
