using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    /// <summary>mkdirat(2). The umask is taken off the mode.</summary>
    public static Errno Mkdirat(SafeFileHandle directory, ReadOnlySpan<byte> name, uint mode)
    {
        CheckTerminated(name);
        fixed (byte* p = name)
        {
            Errno errno;
            while (Interrupted(mkdirat(directory, p, mode), out errno))
            {
            }
            return errno;
        }
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int mkdirat(SafeFileHandle dirfd, byte* pathname, uint mode);
}
