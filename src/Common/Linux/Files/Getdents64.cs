using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    public const byte DT_UNKNOWN = 0;
    public const byte DT_FIFO = 1;
    public const byte DT_CHR = 2;
    public const byte DT_DIR = 4;
    public const byte DT_BLK = 6;
    public const byte DT_REG = 8;
    public const byte DT_LNK = 10;
    public const byte DT_SOCK = 12;

    /// <summary>getdents64(2): records for <see cref="DirectoryRecords"/> to read. 0 bytes mean the end.</summary>
    public static Errno Getdents64(SafeFileHandle directory, Span<byte> buffer, out int length)
    {
        fixed (byte* b = buffer)
        {
            nint result;
            Errno errno;
            do
            {
                result = syscall(Syscall.SYS_getdents64, directory, b, (nuint)buffer.Length);
            }
            while (Interrupted(result, out errno));
            length = (int)Math.Max(result, 0);
            return errno;
        }
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint syscall(nint number, SafeFileHandle fd, byte* dirp, nuint count);
}
