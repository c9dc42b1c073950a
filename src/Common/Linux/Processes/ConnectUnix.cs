using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    /// <summary>What sockaddr_un holds of a path, with the NUL at its end (unix(7)).</summary>
    public const int MaxUnixPath = 108;

    private const int SOCK_STREAM = 1;
    private const int SOCK_NONBLOCK = 0x800;

    /// <summary>socket(2) of AF_UNIX, SOCK_STREAM, and connect(2) without waiting: EAGAIN where the listener's queue is full.</summary>
    /// <param name="path">Where the listener is, ending in NUL; at most <see cref="MaxUnixPath"/> bytes.</param>
    /// <param name="socket">Owned by the caller; null on failure.</param>
    public static Errno ConnectUnix(ReadOnlySpan<byte> path, out SafeFileHandle? socket)
    {
        CheckTerminated(path);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(path.Length, MaxUnixPath, nameof(path));
        socket = null;
        int fd = socket_(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd < 0)
        {
            return LastErrno;
        }
        var opened = new SafeFileHandle(fd, ownsHandle: true);
        byte* address = stackalloc byte[2 + MaxUnixPath];
        *(ushort*)address = AF_UNIX;
        path.CopyTo(new Span<byte>(address + 2, MaxUnixPath));
        Errno errno;
        while (Interrupted(connect(opened, address, (uint)(2 + path.Length)), out errno))
        {
        }
        if (errno != Errno.None)
        {
            opened.Dispose();
            return errno;
        }
        socket = opened;
        return Errno.None;
    }

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    private static partial int socket_(int domain, int type, int protocol);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int connect(SafeFileHandle sockfd, byte* addr, uint addrlen);
}
