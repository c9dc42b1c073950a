using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    /// <summary>unlinkat(2). <paramref name="flags"/> is 0, or <see cref="AT_REMOVEDIR"/> for an empty directory.</summary>
    public static Errno Unlinkat(SafeFileHandle directory, ReadOnlySpan<byte> name, int flags)
    {
        CheckTerminated(name);
        fixed (byte* p = name)
        {
            Errno errno;
            while (Interrupted(unlinkat(directory, p, flags), out errno))
            {
            }
            return errno;
        }
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int unlinkat(SafeFileHandle dirfd, byte* pathname, int flags);
}
