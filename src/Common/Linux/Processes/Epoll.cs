using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    public const uint EPOLLIN = 0x001;
    public const uint EPOLLPRI = 0x002;
    public const uint EPOLLOUT = 0x004;
    public const uint EPOLLERR = 0x008;
    public const uint EPOLLHUP = 0x010;
    public const uint EPOLLONESHOT = 1u << 30;

    private const int EPOLL_CLOEXEC = 0x80000;
    private const int EPOLL_CTL_ADD = 1;
    private const int EPOLL_CTL_DEL = 2;
    private const int MaxEvents = 32;

    // struct epoll_event is packed on x86-64 only: 12 bytes there, 16 elsewhere, the data last.
    private static readonly int s_epollEventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    /// <summary>epoll_create1(2).</summary>
    public static Errno EpollCreate(out SafeFileHandle? epoll)
    {
        int fd = epoll_create1(EPOLL_CLOEXEC);
        epoll = fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : null;
        return fd >= 0 ? Errno.None : LastErrno;
    }

    /// <summary>epoll_ctl(2) EPOLL_CTL_ADD.</summary>
    public static Errno EpollAdd(SafeFileHandle epoll, SafeFileHandle file, uint events, long data)
    {
        byte* e = stackalloc byte[16];
        *(uint*)e = events;
        Unsafe.WriteUnaligned(e + s_epollEventSize - sizeof(long), data);
        return epoll_ctl(epoll, EPOLL_CTL_ADD, file, e) < 0 ? LastErrno : Errno.None;
    }

    /// <summary>epoll_ctl(2) EPOLL_CTL_DEL.</summary>
    public static Errno EpollDelete(SafeFileHandle epoll, SafeFileHandle file)
    {
        byte* e = stackalloc byte[16];
        return epoll_ctl(epoll, EPOLL_CTL_DEL, file, e) < 0 ? LastErrno : Errno.None;
    }

    /// <summary>epoll_wait(2) without end; gives the data of what is ready.</summary>
    public static Errno EpollWait(SafeFileHandle epoll, Span<long> ready, out int count)
    {
        byte* events = stackalloc byte[16 * MaxEvents];
        Errno errno;
        do
        {
            count = epoll_wait(epoll, events, Math.Min(ready.Length, MaxEvents), -1);
        }
        while (Interrupted(count, out errno));
        for (int i = 0; i < count; i++)
        {
            ready[i] = Unsafe.ReadUnaligned<long>(events + ((i + 1) * s_epollEventSize) - sizeof(long));
        }
        return errno;
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int epoll_ctl(SafeFileHandle epfd, int op, SafeFileHandle fd, byte* e);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int epoll_wait(SafeFileHandle epfd, byte* events, int maxevents, int timeout);
}
