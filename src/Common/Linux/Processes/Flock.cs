using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static partial class Libc
{
    private const int LOCK_EX = 2;
    private const int LOCK_NB = 4;

    /// <summary>flock(2) LOCK_EX without waiting; EAGAIN where another holds it. Closing the handle releases it.</summary>
    public static Errno TryLock(SafeFileHandle file)
    {
        Errno errno;
        while (Interrupted(flock(file, LOCK_EX | LOCK_NB), out errno))
        {
        }
        return errno;
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int flock(SafeFileHandle fd, int operation);
}
