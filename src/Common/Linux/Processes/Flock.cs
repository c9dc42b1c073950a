using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static partial class Libc
{
    private const int LOCK_SH = 1;
    private const int LOCK_EX = 2;
    private const int LOCK_NB = 4;
    private const int LOCK_UN = 8;

    /// <summary>flock(2) LOCK_EX without waiting; EAGAIN where another holds it.</summary>
    public static Errno TryLock(SafeFileHandle file) => TryLock(file, LOCK_EX);

    /// <summary>flock(2) LOCK_SH without waiting; EAGAIN where another holds it alone, and then a lock that was held is lost.</summary>
    public static Errno TryLockShared(SafeFileHandle file) => TryLock(file, LOCK_SH);

    /// <summary>
    /// flock(2) LOCK_UN. Closing the handle is not enough: another thread's child holds a copy of it from its fork to its exec.
    /// </summary>
    public static void Unlock(SafeFileHandle file) => _ = flock(file, LOCK_UN);

    private static Errno TryLock(SafeFileHandle file, int operation)
    {
        Errno errno;
        while (Interrupted(flock(file, operation | LOCK_NB), out errno))
        {
        }
        return errno;
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int flock(SafeFileHandle fd, int operation);
}
