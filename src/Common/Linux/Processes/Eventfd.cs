using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static partial class Libc
{
    private const int EFD_CLOEXEC = 0x80000;
    private const int EFD_NONBLOCK = 0x800;

    /// <summary>eventfd(2) of 0, non-blocking.</summary>
    public static Errno Eventfd(out SafeFileHandle? file)
    {
        int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        file = fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : null;
        return fd >= 0 ? Errno.None : LastErrno;
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int eventfd(uint initval, int flags);
}
