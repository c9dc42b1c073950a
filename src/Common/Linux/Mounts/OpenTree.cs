using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    public const uint AT_RECURSIVE = 0x8000;

    private const uint OPEN_TREE_CLONE = 1;
    private const uint OPEN_TREE_CLOEXEC = O_CLOEXEC;

    /// <summary>open_tree(2), Linux 5.2, with OPEN_TREE_CLONE: a copy of the mount at a path that is nowhere yet.</summary>
    /// <param name="path">The path; symbolic links are followed.</param>
    /// <param name="isRecursive">Whether the mounts below are copied too.</param>
    /// <param name="tree">The copy, owned by the caller; it goes when it is closed, unless it was moved to a place.</param>
    public static Errno OpenTree(ReadOnlySpan<byte> path, bool isRecursive, out SafeFileHandle? tree)
    {
        CheckTerminated(path);
        tree = null;
        uint flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (isRecursive ? AT_RECURSIVE : 0);
        fixed (byte* p = path)
        {
            nint fd;
            Errno errno;
            do
            {
                fd = syscall(Syscall.SYS_open_tree, AT_FDCWD, p, flags);
            }
            while (Interrupted(fd, out errno));
            if (errno == Errno.None)
            {
                tree = new SafeFileHandle(fd, ownsHandle: true);
            }
            return errno;
        }
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint syscall(nint number, SafeFileHandle dirfd, byte* pathname, uint flags);
}
