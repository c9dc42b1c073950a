using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    private const int AF_UNIX = 1;
    private const int SOCK_SEQPACKET = 5;
    private const int SOCK_CLOEXEC = 0x80000;

    /// <summary>socketpair(2) of AF_UNIX, SOCK_SEQPACKET: messages keep their borders, and an end that closes is seen.</summary>
    public static Errno Socketpair(out SafeFileHandle? first, out SafeFileHandle? second)
    {
        int* pair = stackalloc int[2];
        Errno errno;
        while (Interrupted(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), out errno))
        {
        }
        first = errno == Errno.None ? new SafeFileHandle(pair[0], ownsHandle: true) : null;
        second = errno == Errno.None ? new SafeFileHandle(pair[1], ownsHandle: true) : null;
        return errno;
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int socketpair(int domain, int type, int protocol, int* sv);
}
