using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    /// <summary>linkat(2) without flags: a symbolic link is linked itself, never followed.</summary>
    public static Errno Linkat(SafeFileHandle oldDirectory, ReadOnlySpan<byte> oldName, SafeFileHandle newDirectory, ReadOnlySpan<byte> newName)
    {
        CheckTerminated(oldName);
        CheckTerminated(newName);
        fixed (byte* o = oldName, n = newName)
        {
            Errno errno;
            while (Interrupted(linkat(oldDirectory, o, newDirectory, n, 0), out errno))
            {
            }
            return errno;
        }
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int linkat(SafeFileHandle olddirfd, byte* oldpath, SafeFileHandle newdirfd, byte* newpath, int flags);
}
