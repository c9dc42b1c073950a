using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static partial class Libc
{
    /// <summary>fsync(2): a file, or the names in a directory, reach the disk.</summary>
    public static Errno Fsync(SafeFileHandle file)
    {
        Errno errno;
        while (Interrupted(fsync(file), out errno))
        {
        }
        return errno;
    }

    /// <summary>syncfs(2): all of the file system that the handle is on reaches the disk.</summary>
    public static Errno Syncfs(SafeFileHandle file)
    {
        Errno errno;
        while (Interrupted(syncfs(file), out errno))
        {
        }
        return errno;
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int fsync(SafeFileHandle fd);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int syncfs(SafeFileHandle fd);
}
