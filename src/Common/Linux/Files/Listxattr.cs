using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    /// <summary>The most that a list of names, or one value, can take (XATTR_LIST_MAX, XATTR_SIZE_MAX).</summary>
    public const int XATTR_SIZE_MAX = 65536;

    /// <summary>flistxattr(2): names, each ended by NUL. ERANGE where the buffer is too small.</summary>
    public static Errno Flistxattr(SafeFileHandle file, Span<byte> list, out int length)
    {
        fixed (byte* l = list)
        {
            nint result;
            Errno errno;
            do
            {
                result = flistxattr(file, l, (nuint)list.Length);
            }
            while (Interrupted(result, out errno));
            length = (int)Math.Max(result, 0);
            return errno;
        }
    }

    /// <summary>llistxattr(2); a symbolic link is not followed.</summary>
    public static Errno Llistxattr(ReadOnlySpan<byte> path, Span<byte> list, out int length)
    {
        CheckTerminated(path);
        fixed (byte* p = path, l = list)
        {
            nint result;
            Errno errno;
            do
            {
                result = llistxattr(p, l, (nuint)list.Length);
            }
            while (Interrupted(result, out errno));
            length = (int)Math.Max(result, 0);
            return errno;
        }
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint flistxattr(SafeFileHandle fd, byte* list, nuint size);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint llistxattr(byte* path, byte* list, nuint size);
}
