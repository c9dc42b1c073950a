using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    /// <summary>fchmod(2). Not for handles opened with O_PATH (EBADF).</summary>
    public static Errno Fchmod(SafeFileHandle file, uint mode)
    {
        Errno errno;
        while (Interrupted(fchmod(file, mode), out errno))
        {
        }
        return errno;
    }

    /// <summary>fchmodat(2), which follows a symbolic link: the kernel call has no flags.</summary>
    public static Errno Fchmodat(SafeFileHandle directory, ReadOnlySpan<byte> name, uint mode)
    {
        CheckTerminated(name);
        fixed (byte* p = name)
        {
            Errno errno;
            while (Interrupted(fchmodat(directory, p, mode, 0), out errno))
            {
            }
            return errno;
        }
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int fchmod(SafeFileHandle fd, uint mode);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int fchmodat(SafeFileHandle dirfd, byte* pathname, uint mode, int flags);
}
