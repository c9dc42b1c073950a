using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    /// <summary>pwrite(2), repeated until all is written or the kernel refuses.</summary>
    /// <remarks>
    /// In place of RandomAccess.Write, which asks for the type and the position of every new handle: two more
    /// syscalls a file, which counts for a hundred thousand small ones.
    /// </remarks>
    public static Errno Pwrite(SafeFileHandle file, ReadOnlySpan<byte> data, long offset)
    {
        fixed (byte* d = data)
        {
            byte* at = d;
            nuint left = (nuint)data.Length;
            while (left > 0)
            {
                nint written = pwrite(file, at, left, offset);
                if (Interrupted(written, out Errno errno))
                {
                    continue;
                }
                if (errno != Errno.None)
                {
                    return errno;
                }
                at += written;
                left -= (nuint)written;
                offset += written;
            }
            return Errno.None;
        }
    }

    // On 64-bit systems off_t has 64 bits in the plain function.
    [LibraryImport(Library, SetLastError = true)]
    private static partial nint pwrite(SafeFileHandle fd, byte* buf, nuint count, long offset);
}
