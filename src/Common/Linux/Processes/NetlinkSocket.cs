using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    private const int AF_NETLINK = 16;
    private const int SOCK_RAW = 3;
    private const int NETLINK_ROUTE = 0;
    private const nuint SIOCGSKNS = 0x894C;

    /// <summary>socket(2) of AF_NETLINK for rtnetlink(7), of this thread's network namespace.</summary>
    public static Errno NetlinkRouteSocket(out SafeFileHandle? socket)
    {
        int fd = socket_(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
        socket = fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : null;
        return fd >= 0 ? Errno.None : LastErrno;
    }

    /// <summary>ioctl(SIOCGSKNS), Linux 4.9: the network namespace that a socket belongs to (include/uapi/linux/sockios.h).</summary>
    public static Errno SocketNamespace(SafeFileHandle socket, out SafeFileHandle? file)
    {
        int fd = ioctl(socket, SIOCGSKNS, 0);
        file = fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : null;
        return fd >= 0 ? Errno.None : LastErrno;
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int ioctl(SafeFileHandle fd, nuint request, nint argument);
}
