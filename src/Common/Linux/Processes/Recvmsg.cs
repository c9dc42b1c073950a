using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    private const int MSG_DONTWAIT = 0x40;
    private const int MSG_NOSIGNAL = 0x4000;
    private const int MSG_CMSG_CLOEXEC = 0x40000000;
    private const int SOL_SOCKET = 1;
    private const int SCM_RIGHTS = 1;
    private const int ControlLength = 20;

    /// <summary>recvmsg(2) of one message and the descriptor it may carry, without waiting.</summary>
    /// <param name="socket">A socket of <see cref="Socketpair"/>.</param>
    /// <param name="buffer">Takes the message.</param>
    /// <param name="received">The message's length; 0 where the other end is closed.</param>
    /// <param name="descriptor">What came with it, owned by the caller.</param>
    /// <returns>EAGAIN where there is no message yet.</returns>
    public static Errno Recvmsg(SafeFileHandle socket, Span<byte> buffer, out int received, out SafeFileHandle? descriptor)
    {
        received = 0;
        descriptor = null;
        // CMSG_LEN of one descriptor: in the room of CMSG_SPACE the kernel would put a second one, which nobody knew of.
        byte* control = stackalloc byte[ControlLength];
        fixed (byte* p = buffer)
        {
            IoVector vector = new() { iov_base = p, iov_len = (nuint)buffer.Length };
            MessageHeader header = new() { msg_iov = &vector, msg_iovlen = 1, msg_control = control, msg_controllen = ControlLength };
            nint result;
            Errno errno;
            do
            {
                result = recvmsg(socket, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
            }
            while (Interrupted(result, out errno));
            if (errno != Errno.None)
            {
                return errno;
            }
            received = (int)result;
            var message = (ControlHeader*)control;
            if (header.msg_controllen >= (nuint)sizeof(ControlHeader) + sizeof(int) && message->cmsg_level == SOL_SOCKET && message->cmsg_type == SCM_RIGHTS)
            {
                descriptor = new SafeFileHandle(*(int*)(control + sizeof(ControlHeader)), ownsHandle: true);
            }
            return Errno.None;
        }
    }

    /// <summary>send(2) of one message, without SIGPIPE.</summary>
    public static Errno Send(SafeFileHandle socket, ReadOnlySpan<byte> message)
    {
        fixed (byte* p = message)
        {
            Errno errno;
            while (Interrupted(send(socket, p, (nuint)message.Length, MSG_NOSIGNAL), out errno))
            {
            }
            return errno;
        }
    }

    /// <summary>sendmsg(2) of one message with a descriptor, which stays the caller's, without SIGPIPE.</summary>
    public static Errno Send(SafeFileHandle socket, ReadOnlySpan<byte> message, SafeFileHandle descriptor) =>
        Send(socket, message, descriptor, out _);

    /// <summary>The same, with how much of the message a stream has taken; the descriptor goes with the first byte.</summary>
    public static Errno Send(SafeFileHandle socket, ReadOnlySpan<byte> message, SafeFileHandle descriptor, out int sent)
    {
        sent = 0;
        bool isHeld = false;
        byte* control = stackalloc byte[24];
        try
        {
            descriptor.DangerousAddRef(ref isHeld);
            *(ControlHeader*)control = new ControlHeader { cmsg_len = (nuint)sizeof(ControlHeader) + sizeof(int), cmsg_level = SOL_SOCKET, cmsg_type = SCM_RIGHTS };
            *(int*)(control + sizeof(ControlHeader)) = (int)descriptor.DangerousGetHandle();
            fixed (byte* p = message)
            {
                IoVector vector = new() { iov_base = p, iov_len = (nuint)message.Length };
                MessageHeader header = new() { msg_iov = &vector, msg_iovlen = 1, msg_control = control, msg_controllen = 24 };
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
            if (isHeld)
            {
                descriptor.DangerousRelease();
            }
        }
    }

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct IoVector
    {
        public void* iov_base;
        public nuint iov_len;
    }

    /// <summary>struct msghdr, 56 bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct MessageHeader
    {
        public void* msg_name;
        public uint msg_namelen;
        public IoVector* msg_iov;
        public nuint msg_iovlen;
        public void* msg_control;
        public nuint msg_controllen;
        public int msg_flags;
    }

    /// <summary>struct cmsghdr, 16 bytes, before its data.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ControlHeader
    {
        public nuint cmsg_len;
        public int cmsg_level;
        public int cmsg_type;
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint recvmsg(SafeFileHandle sockfd, MessageHeader* msg, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint sendmsg(SafeFileHandle sockfd, MessageHeader* msg, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint send(SafeFileHandle sockfd, byte* buf, nuint len, int flags);
}
