using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static partial class Libc
{
    public const int CLONE_NEWNET = 0x40000000;

    /// <summary>setns(2): this thread, and no other, enters a namespace.</summary>
    public static Errno Setns(SafeFileHandle file, int type) => setns(file, type) < 0 ? LastErrno : Errno.None;

    [LibraryImport(Library, SetLastError = true)]
    private static partial int setns(SafeFileHandle fd, int nstype);
}
