using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static partial class Libc
{
    private const nint SYS_pidfd_open = 434;

    /// <summary>pidfd_open(2), Linux 5.3. ESRCH where there is no such process.</summary>
    public static Errno PidfdOpen(int pid, out SafeFileHandle? pidfd)
    {
        nint fd;
        Errno errno;
        do
        {
            fd = syscall(SYS_pidfd_open, pid, 0);
        }
        while (Interrupted(fd, out errno));
        pidfd = errno == Errno.None ? new SafeFileHandle(fd, ownsHandle: true) : null;
        return errno;
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint syscall(nint number, nint pid, nint flags);
}
