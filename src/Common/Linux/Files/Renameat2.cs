using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    public const uint RENAME_NOREPLACE = 1;
    public const uint RENAME_EXCHANGE = 2;

    /// <summary>renameat2(2). By number, since glibc has it only from 2.28 on and musl from 1.2.5 on.</summary>
    public static Errno Renameat2(SafeFileHandle oldDirectory, ReadOnlySpan<byte> oldName, SafeFileHandle newDirectory, ReadOnlySpan<byte> newName, uint flags)
    {
        CheckTerminated(oldName);
        CheckTerminated(newName);
        fixed (byte* o = oldName, n = newName)
        {
            Errno errno;
            while (Interrupted(syscall(Syscall.SYS_renameat2, oldDirectory, o, newDirectory, n, flags), out errno))
            {
            }
            return errno;
        }
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint syscall(nint number, SafeFileHandle olddirfd, byte* oldpath, SafeFileHandle newdirfd, byte* newpath, nuint flags);
}
