using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    /// <summary>pread(2), once: fewer bytes than asked for mean the end of a regular file.</summary>
    /// <remarks>In place of RandomAccess.Read, which asks for the type and the position of every new handle.</remarks>
    public static Errno Pread(SafeFileHandle file, Span<byte> buffer, long offset, out int count)
    {
        fixed (byte* b = buffer)
        {
            nint read;
            Errno errno;
            do
            {
                read = pread(file, b, (nuint)buffer.Length, offset);
            }
            while (Interrupted(read, out errno));
            count = (int)Math.Max(read, 0);
            return errno;
        }
    }

    // On 64-bit systems off_t has 64 bits in the plain function.
    [LibraryImport(Library, SetLastError = true)]
    private static partial nint pread(SafeFileHandle fd, byte* buf, nuint count, long offset);
}
