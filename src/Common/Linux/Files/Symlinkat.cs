using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    /// <summary>symlinkat(2).</summary>
    public static Errno Symlinkat(ReadOnlySpan<byte> target, SafeFileHandle directory, ReadOnlySpan<byte> name)
    {
        CheckTerminated(target);
        CheckTerminated(name);
        fixed (byte* t = target, p = name)
        {
            Errno errno;
            while (Interrupted(symlinkat(t, directory, p), out errno))
            {
            }
            return errno;
        }
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int symlinkat(byte* target, SafeFileHandle newdirfd, byte* linkpath);
}
