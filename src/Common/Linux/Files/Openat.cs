using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    public const int O_RDONLY = 0;
    public const int O_WRONLY = 1;
    public const int O_RDWR = 2;
    public const int O_CREAT = 0x40;
    public const int O_EXCL = 0x80;
    public const int O_NOCTTY = 0x100;
    public const int O_TRUNC = 0x200;
    public const int O_NONBLOCK = 0x800;
    public const int O_CLOEXEC = 0x80000;
    public const int O_PATH = 0x200000;

    // These two changed places between the architectures (arch/arm64/include/uapi/asm/fcntl.h).
    public static int O_DIRECTORY { get; } = (int)Syscall.For(x64: 0x10000, arm64: 0x4000);

    public static int O_NOFOLLOW { get; } = (int)Syscall.For(x64: 0x20000, arm64: 0x8000);

    /// <summary>A file without a name in the directory that is opened; not every file system has it.</summary>
    public static int O_TMPFILE => 0x400000 | O_DIRECTORY;

    /// <summary>openat(2). O_CLOEXEC is added.</summary>
    /// <remarks>The umask is taken off the mode. The file is owned by the caller, and null on failure.</remarks>
    public static Errno Openat(SafeFileHandle directory, ReadOnlySpan<byte> name, int flags, uint mode, out SafeFileHandle? file)
    {
        CheckTerminated(name);
        file = null;
        fixed (byte* p = name)
        {
            int fd;
            Errno errno;
            do
            {
                fd = openat(directory, p, flags | O_CLOEXEC, mode);
            }
            while (Interrupted(fd, out errno));
            if (errno == Errno.None)
            {
                file = new SafeFileHandle(fd, ownsHandle: true);
            }
            return errno;
        }
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int openat(SafeFileHandle dirfd, byte* pathname, int flags, uint mode);
}
