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

    /// <summary>sendmsg(2) of one message with one descriptor, without SIGPIPE.</summary>
    public static Errno SendDescriptor(SafeFileHandle socket, ReadOnlySpan<byte> message, SafeFileHandle descriptor) =>
        SendDescriptor(socket, message, descriptor, out _);

    /// <summary>The same, with how much of the message a stream has taken; the descriptor goes with the first byte.</summary>
    public static Errno SendDescriptor(SafeFileHandle socket, ReadOnlySpan<byte> message, SafeFileHandle descriptor, out int sent)
    {
        sent = 0;
        const int controlSize = 24;
        byte* control = stackalloc byte[controlSize];
        bool added = false;
        try
        {
            descriptor.DangerousAddRef(ref added);
            *(ControlHeader*)control = new() { cmsg_len = (nuint)sizeof(ControlHeader) + sizeof(int), cmsg_level = SOL_SOCKET, cmsg_type = SCM_RIGHTS };
            *(int*)(control + sizeof(ControlHeader)) = (int)descriptor.DangerousGetHandle();
            fixed (byte* p = message)
            {
                IoVector vector = new() { iov_base = p, iov_len = (nuint)message.Length };
                MessageHeader header = new() { msg_iov = &vector, msg_iovlen = 1, msg_control = control, msg_controllen = controlSize };
                nint result;
                Errno errno;
                do
                {
                    result = sendmsg(socket, &header, MSG_NOSIGNAL);
                }
                while (Interrupted(result, out errno));
                sent = (int)Math.Max(result, 0);
                return errno;
            }
        }
        finally
        {
            if (added)
            {
                descriptor.DangerousRelease();
            }
        }
    }

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    private static partial int socket_(int domain, int type, int protocol);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int connect(SafeFileHandle sockfd, byte* addr, uint addrlen);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint sendmsg(SafeFileHandle sockfd, MessageHeader* msg, int flags);
}
