using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    /// <summary>fsetxattr(2), making or replacing. Not for handles opened with O_PATH (EBADF).</summary>
    public static Errno Fsetxattr(SafeFileHandle file, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        CheckTerminated(name);
        fixed (byte* n = name, v = value)
        {
            Errno errno;
            while (Interrupted(fsetxattr(file, n, v, (nuint)value.Length, 0), out errno))
            {
            }
            return errno;
        }
    }

    /// <summary>lsetxattr(2), making or replacing; a symbolic link is not followed.</summary>
    public static Errno Lsetxattr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        CheckTerminated(path);
        CheckTerminated(name);
        fixed (byte* p = path, n = name, v = value)
        {
            Errno errno;
            while (Interrupted(lsetxattr(p, n, v, (nuint)value.Length, 0), out errno))
            {
            }
            return errno;
        }
    }

    /// <summary>fremovexattr(2). ENODATA where there is none of that name.</summary>
    public static Errno Fremovexattr(SafeFileHandle file, ReadOnlySpan<byte> name)
    {
        CheckTerminated(name);
        fixed (byte* n = name)
        {
            Errno errno;
            while (Interrupted(fremovexattr(file, n), out errno))
            {
            }
            return errno;
        }
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int fsetxattr(SafeFileHandle fd, byte* name, byte* value, nuint size, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int lsetxattr(byte* path, byte* name, byte* value, nuint size, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int fremovexattr(SafeFileHandle fd, byte* name);
}
