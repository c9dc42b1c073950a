using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    /// <summary>The size of a buffer that holds every path, with its NUL (PATH_MAX).</summary>
    public const int PATH_MAX = 4096;

    /// <summary>readlinkat(2). EINVAL where the name is no symbolic link; the target has no NUL at its end.</summary>
    /// <remarks>The kernel cuts what is longer than the buffer: give <see cref="PATH_MAX"/> bytes.</remarks>
    public static Errno Readlinkat(SafeFileHandle directory, ReadOnlySpan<byte> name, Span<byte> target, out int length)
    {
        CheckTerminated(name);
        fixed (byte* p = name, t = target)
        {
            nint result;
            Errno errno;
            do
            {
                result = readlinkat(directory, p, t, (nuint)target.Length);
            }
            while (Interrupted(result, out errno));
            length = (int)Math.Max(result, 0);
            return errno;
        }
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint readlinkat(SafeFileHandle dirfd, byte* pathname, byte* buf, nuint bufsiz);
}
