using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static partial class Libc
{
    /// <summary>ftruncate(2): what lies behind the old end is a hole.</summary>
    public static Errno Ftruncate(SafeFileHandle file, long length)
    {
        Errno errno;
        while (Interrupted(ftruncate(file, length), out errno))
        {
        }
        return errno;
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int ftruncate(SafeFileHandle fd, long length);
}
