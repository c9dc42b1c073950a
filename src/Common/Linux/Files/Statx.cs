using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    public const uint S_IFMT = 0xF000;
    public const uint S_IFSOCK = 0xC000;
    public const uint S_IFLNK = 0xA000;
    public const uint S_IFREG = 0x8000;
    public const uint S_IFBLK = 0x6000;
    public const uint S_IFDIR = 0x4000;
    public const uint S_IFCHR = 0x2000;
    public const uint S_IFIFO = 0x1000;

    public const uint STATX_TYPE = 0x001;
    public const uint STATX_INO = 0x100;
    public const uint STATX_BASIC_STATS = 0x7ff;

    /// <summary>struct statx, the same on every architecture: 256 bytes.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    internal struct FileStatus
    {
        public uint stx_mask;
        public uint stx_blksize;
        public ulong stx_attributes;
        public uint stx_nlink;
        public uint stx_uid;
        public uint stx_gid;
        public ushort stx_mode;
        public ushort stx_pad0;
        public ulong stx_ino;
        public ulong stx_size;
        public ulong stx_blocks;
        public ulong stx_attributes_mask;
        public StatxTimestamp stx_atime;
        public StatxTimestamp stx_btime;
        public StatxTimestamp stx_ctime;
        public StatxTimestamp stx_mtime;
        public uint stx_rdev_major;
        public uint stx_rdev_minor;
        public uint stx_dev_major;
        public uint stx_dev_minor;
        public ulong stx_mnt_id;

        /// <summary>The type bits of the mode: S_IFREG and so on.</summary>
        public readonly uint Type => stx_mode & S_IFMT;
    }

    /// <summary>struct statx_timestamp.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 16)]
    internal struct StatxTimestamp
    {
        public long tv_sec;
        public uint tv_nsec;
    }

    /// <summary>statx(2) of a name; a symbolic link is not followed.</summary>
    public static Errno Statx(SafeFileHandle directory, ReadOnlySpan<byte> name, uint mask, out FileStatus status)
    {
        CheckTerminated(name);
        status = default;
        fixed (byte* p = name)
        fixed (FileStatus* s = &status)
        {
            Errno errno;
            while (Interrupted(statx_(directory, p, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH, mask, s), out errno))
            {
            }
            return errno;
        }
    }

    /// <summary>statx(2) of the handle itself, also one opened with O_PATH.</summary>
    public static Errno Statx(SafeFileHandle file, uint mask, out FileStatus status) => Statx(file, "\0"u8, mask, out status);

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true)]
    private static partial int statx_(SafeFileHandle dirfd, byte* pathname, int flags, uint mask, FileStatus* buf);
}
