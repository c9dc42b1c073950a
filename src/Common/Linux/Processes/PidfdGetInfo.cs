using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    /// <summary>_IOWR(PIDFS_IOCTL_MAGIC, 11, struct pidfd_info) with the struct's first size, 64 bytes.</summary>
    private const nuint PIDFD_GET_INFO = 0xC040FF0B;
    private const ulong PIDFD_INFO_EXIT = 1 << 3;

    /// <summary>ioctl(2) PIDFD_GET_INFO for how a process ended, as wait(2) would say it. Linux 6.15.</summary>
    /// <returns>False where the kernel cannot say, or the process has not been waited for yet.</returns>
    public static bool TryGetExitCode(SafeFileHandle pidfd, out int waitStatus)
    {
        pidfd_info info = new() { mask = PIDFD_INFO_EXIT };
        bool isKnown = ioctl(pidfd, PIDFD_GET_INFO, &info) == 0 && (info.mask & PIDFD_INFO_EXIT) != 0;
        waitStatus = info.exit_code;
        return isKnown;
    }

    /// <summary>struct pidfd_info of include/uapi/linux/pidfd.h.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    internal struct pidfd_info
    {
        public ulong mask;
        public ulong cgroupid;
        public uint pid;
        public uint tgid;
        public uint ppid;
        public uint ruid;
        public uint rgid;
        public uint euid;
        public uint egid;
        public uint suid;
        public uint sgid;
        public uint fsuid;
        public uint fsgid;
        public int exit_code;
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int ioctl(SafeFileHandle fd, nuint request, pidfd_info* info);
}
