using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    public const ulong MOUNT_ATTR_IDMAP = 0x100000;

    /// <summary>struct mount_attr of mount_setattr(2), its first version: 32 bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct MountAttributes
    {
        public ulong attr_set;
        public ulong attr_clr;
        public ulong propagation;
        public ulong userns_fd;
    }

    /// <summary>mount_setattr(2), Linux 5.12, of the mount that a descriptor is the root of.</summary>
    /// <param name="tree">The mount.</param>
    /// <param name="isRecursive">Whether the mounts below are changed too, all or none.</param>
    /// <param name="attributes">What is set and cleared.</param>
    public static Errno MountSetattr(SafeFileHandle tree, bool isRecursive, MountAttributes attributes)
    {
        uint flags = AT_EMPTY_PATH | (isRecursive ? AT_RECURSIVE : 0);
        fixed (byte* empty = "\0"u8)
        {
            Errno errno;
            while (Interrupted(syscall(Syscall.SYS_mount_setattr, tree, empty, flags, &attributes, sizeof(MountAttributes)), out errno))
            {
            }
            return errno;
        }
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint syscall(nint number, SafeFileHandle dirfd, byte* pathname, uint flags, MountAttributes* attr, nint size);
}
