using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    /// <summary>pipe2(2).</summary>
    public static Errno Pipe2(out SafeFileHandle? reader, out SafeFileHandle? writer)
    {
        int* pair = stackalloc int[2];
        Errno errno = pipe2(pair, O_CLOEXEC) < 0 ? LastErrno : Errno.None;
        reader = errno == Errno.None ? new SafeFileHandle(pair[0], ownsHandle: true) : null;
        writer = errno == Errno.None ? new SafeFileHandle(pair[1], ownsHandle: true) : null;
        return errno;
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int pipe2(int* pair, int flags);
}
