using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Lifecycle;

/// <summary>Finds out where a container is in its life, by its process. Nothing is believed that was written down.</summary>
internal static class ContainerProbe
{
    /// <summary>A handle of the container's process; null where it has ended.</summary>
    public static SafeFileHandle? OpenProcess(ContainerRecord record)
    {
        Errno errno = Libc.PidfdOpen(record.Pid, out SafeFileHandle? pidfd);
        if (errno == Errno.ESRCH)
        {
            return null;
        }
        errno.ThrowIfFailed("pidfd_open");
        // The number may be another process's by now; after this check, the handle cannot be.
        if (ProcessStart.Read(record.Pid) == record.StartTime && !Libc.IsReady(pidfd!, Libc.POLLIN))
        {
            return pidfd;
        }
        pidfd!.Dispose();
        return null;
    }

    public static ContainerStatus GetStatus(ContainerRecord record, StateDirectory directory)
    {
        using SafeFileHandle? pidfd = OpenProcess(record);
        if (pidfd is null)
        {
            return ContainerStatus.Stopped;
        }
        // Before the fifo: a created container can be paused too.
        if (record.OpenCgroup()?.IsFrozen() == true)
        {
            return ContainerStatus.Paused;
        }
        using SafeFileHandle? fifo = directory.OpenStartFifo();
        return fifo is not null ? ContainerStatus.Created : ContainerStatus.Running;
    }
}
