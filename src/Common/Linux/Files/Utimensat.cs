using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    /// <summary>In <see cref="Timespec.tv_nsec"/>: leave this time as it is.</summary>
    public const long UTIME_OMIT = (1L << 30) - 2;

    /// <summary>struct timespec of a 64-bit system: seconds since 1970, and nanoseconds.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Timespec(long seconds, long nanoseconds)
    {
        public long tv_sec = seconds;
        public long tv_nsec = nanoseconds;
    }

    /// <summary>utimensat(2).</summary>
    public static Errno Utimensat(SafeFileHandle directory, ReadOnlySpan<byte> name, Timespec access, Timespec modification, int flags)
    {
        CheckTerminated(name);
        Timespec* times = stackalloc Timespec[] { access, modification };
        fixed (byte* p = name)
        {
            Errno errno;
            while (Interrupted(utimensat(directory, p, times, flags), out errno))
            {
            }
            return errno;
        }
    }

    /// <summary>futimens(3): utimensat(2) of the handle itself. Not for handles opened with O_PATH (EBADF).</summary>
    public static Errno Futimens(SafeFileHandle file, Timespec access, Timespec modification)
    {
        Timespec* times = stackalloc Timespec[] { access, modification };
        Errno errno;
        while (Interrupted(futimens(file, times), out errno))
        {
        }
        return errno;
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int utimensat(SafeFileHandle dirfd, byte* pathname, Timespec* times, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int futimens(SafeFileHandle fd, Timespec* times);
}
