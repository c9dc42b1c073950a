using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    public const ulong RESOLVE_NO_XDEV = 0x01;
    public const ulong RESOLVE_NO_MAGICLINKS = 0x02;
    public const ulong RESOLVE_NO_SYMLINKS = 0x04;
    public const ulong RESOLVE_BENEATH = 0x08;
    public const ulong RESOLVE_IN_ROOT = 0x10;

    /// <summary>struct open_how of openat2(2), its first version.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct open_how
    {
        public ulong flags;
        public ulong mode;
        public ulong resolve;
    }

    /// <summary>openat2(2), Linux 5.6. O_CLOEXEC is added.</summary>
    /// <remarks>
    /// ENOSYS on older kernels; EPERM under seccomp filters that do not know it. EAGAIN where a path moved while it
    /// was resolved: the caller tries again.
    /// </remarks>
    public static Errno Openat2(SafeFileHandle directory, ReadOnlySpan<byte> name, int flags, uint mode, ulong resolve, out SafeFileHandle? file)
    {
        CheckTerminated(name);
        file = null;
        var how = new open_how { flags = (uint)(flags | O_CLOEXEC), mode = mode, resolve = resolve };
        fixed (byte* p = name)
        {
            nint fd;
            Errno errno;
            do
            {
                fd = syscall(Syscall.SYS_openat2, directory, p, &how, sizeof(open_how));
            }
            while (Interrupted(fd, out errno));
            if (errno == Errno.None)
            {
                file = new SafeFileHandle(fd, ownsHandle: true);
            }
            return errno;
        }
    }

    // syscall(2) is variadic, which on x64 and on arm64 Linux passes arguments as a fixed list does.
    [LibraryImport(Library, SetLastError = true)]
    private static partial nint syscall(nint number, SafeFileHandle dirfd, byte* pathname, open_how* how, nint size);
}
