using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    /// <summary>fgetxattr(2). ERANGE where the buffer is too small, ENODATA where there is none of that name.</summary>
    public static Errno Fgetxattr(SafeFileHandle file, ReadOnlySpan<byte> name, Span<byte> value, out int length)
    {
        CheckTerminated(name);
        fixed (byte* n = name, v = value)
        {
            nint result;
            Errno errno;
            do
            {
                result = fgetxattr(file, n, v, (nuint)value.Length);
            }
            while (Interrupted(result, out errno));
            length = (int)Math.Max(result, 0);
            return errno;
        }
    }

    /// <summary>lgetxattr(2); a symbolic link is not followed.</summary>
    public static Errno Lgetxattr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, Span<byte> value, out int length)
    {
        CheckTerminated(path);
        CheckTerminated(name);
        fixed (byte* p = path, n = name, v = value)
        {
            nint result;
            Errno errno;
            do
            {
                result = lgetxattr(p, n, v, (nuint)value.Length);
            }
            while (Interrupted(result, out errno));
            length = (int)Math.Max(result, 0);
            return errno;
        }
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint fgetxattr(SafeFileHandle fd, byte* name, byte* value, nuint size);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint lgetxattr(byte* path, byte* name, byte* value, nuint size);
}
