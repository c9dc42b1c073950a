using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    private const int F_GETFL = 3;
    private const int F_SETFL = 4;

    /// <summary>fcntl(2) F_SETFL O_NONBLOCK.</summary>
    public static Errno SetNonBlocking(SafeFileHandle file)
    {
        int flags = fcntl(file, F_GETFL, 0);
        return flags < 0 || fcntl(file, F_SETFL, flags | O_NONBLOCK) < 0 ? LastErrno : Errno.None;
    }

    /// <summary>read(2). <paramref name="count"/> is 0 at the end; EAGAIN where a non-blocking file has nothing yet.</summary>
    public static Errno Read(SafeFileHandle file, Span<byte> buffer, out int count)
    {
        fixed (byte* p = buffer)
        {
            nint result;
            Errno errno;
            do
            {
                result = read(file, p, (nuint)buffer.Length);
            }
            while (Interrupted(result, out errno));
            count = (int)Math.Max(result, 0);
            return errno;
        }
    }

    /// <summary>write(2), which may take less than it is given.</summary>
    public static Errno Write(SafeFileHandle file, ReadOnlySpan<byte> buffer, out int count)
    {
        fixed (byte* p = buffer)
        {
            nint result;
            Errno errno;
            do
            {
                result = write(file, p, (nuint)buffer.Length);
            }
            while (Interrupted(result, out errno));
            count = (int)Math.Max(result, 0);
            return errno;
        }
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint read(SafeFileHandle fd, byte* buffer, nuint count);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint write(SafeFileHandle fd, byte* buffer, nuint count);
}
