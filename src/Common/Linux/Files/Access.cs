using System.Runtime.InteropServices;

namespace Oci.Common.Linux;

internal static partial class Libc
{
    public const int X_OK = 1;
    public const int W_OK = 2;

    /// <summary>faccessat(2) with AT_EACCESS: whether the effective user may; symbolic links are followed.</summary>
    public static Errno Access(string path, int mode)
    {
        const int AT_EACCESS = 0x200;
        return faccessat(AT_FDCWD, path, mode, AT_EACCESS) < 0 ? LastErrno : Errno.None;
    }

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int faccessat(Microsoft.Win32.SafeHandles.SafeFileHandle dirfd, string pathname, int mode, int flags);
}
