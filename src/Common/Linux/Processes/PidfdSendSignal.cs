using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static partial class Libc
{
    private const nint SYS_pidfd_send_signal = 424;

    /// <summary>To the process group that the process leads (Linux 6.9; EINVAL before).</summary>
    public const uint PIDFD_SIGNAL_PROCESS_GROUP = 1 << 2;

    /// <summary>pidfd_send_signal(2), Linux 5.1. ESRCH where the process has ended and was waited for.</summary>
    public static Errno PidfdSendSignal(SafeFileHandle pidfd, int signal, uint flags = 0)
    {
        Errno errno;
        while (Interrupted(syscall(SYS_pidfd_send_signal, pidfd, signal, 0, (nint)flags), out errno))
        {
        }
        return errno;
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint syscall(nint number, SafeFileHandle pidfd, nint signal, nint info, nint flags);
}
