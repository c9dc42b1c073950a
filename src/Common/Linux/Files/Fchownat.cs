using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    /// <summary>fchownat(2). An empty name with <see cref="AT_EMPTY_PATH"/> means the handle itself.</summary>
    public static Errno Fchownat(SafeFileHandle directory, ReadOnlySpan<byte> name, uint owner, uint group, int flags)
    {
        CheckTerminated(name);
        fixed (byte* p = name)
        {
            Errno errno;
            while (Interrupted(fchownat(directory, p, owner, group, flags), out errno))
            {
            }
            return errno;
        }
    }

    /// <summary>fchown(2).</summary>
    public static Errno Fchown(SafeFileHandle file, uint owner, uint group)
    {
        Errno errno;
        while (Interrupted(fchown(file, owner, group), out errno))
        {
        }
        return errno;
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int fchownat(SafeFileHandle dirfd, byte* pathname, uint owner, uint group, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int fchown(SafeFileHandle fd, uint owner, uint group);
}
