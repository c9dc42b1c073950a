using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static partial class Libc
{
    public const int F_SEAL_SEAL = 0x1;
    public const int F_SEAL_SHRINK = 0x2;
    public const int F_SEAL_GROW = 0x4;
    public const int F_SEAL_WRITE = 0x8;

    private const int F_DUPFD_CLOEXEC = 1030;
    private const int F_ADD_SEALS = 1033;

    /// <summary>fcntl(2) F_DUPFD_CLOEXEC: a second descriptor, numbered <paramref name="minimum"/> or above.</summary>
    public static Errno Duplicate(SafeFileHandle file, int minimum, out SafeFileHandle? duplicate)
    {
        int fd;
        Errno errno;
        do
        {
            fd = fcntl(file, F_DUPFD_CLOEXEC, minimum);
        }
        while (Interrupted(fd, out errno));
        duplicate = errno == Errno.None ? new SafeFileHandle(fd, ownsHandle: true) : null;
        return errno;
    }

    /// <summary>fcntl(2) F_ADD_SEALS, for files of memfd_create(2).</summary>
    public static Errno AddSeals(SafeFileHandle file, int seals)
    {
        Errno errno;
        while (Interrupted(fcntl(file, F_ADD_SEALS, seals), out errno))
        {
        }
        return errno;
    }

    // fcntl(2) is variadic, which on x64 and on arm64 Linux passes arguments as a fixed list does.
    [LibraryImport(Library, SetLastError = true)]
    private static partial int fcntl(SafeFileHandle fd, int command, nint argument);
}
