using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

/// <summary>The C library: one syscall a file, each a partial of this class.</summary>
/// <remarks>
/// Every call returns its <see cref="Errno"/> (<see cref="Errno.None"/> for success) instead of throwing, since the
/// callers expect many of them; <see cref="LinuxError"/> turns one into an exception. EINTR is retried inside. Names
/// are raw bytes that end in NUL, and descriptors are made close-on-exec.
/// </remarks>
internal static partial class Libc
{
    /// <summary>Resolved by the runtime to the C library of the system, glibc or musl.</summary>
    private const string Library = "libc";

    public const int AT_SYMLINK_NOFOLLOW = 0x100;
    public const int AT_REMOVEDIR = 0x200;
    public const int AT_EMPTY_PATH = 0x1000;

    /// <summary>AT_FDCWD, for names that are absolute or relative to the working directory. Never closed.</summary>
    public static SafeFileHandle AT_FDCWD { get; } = new(-100, ownsHandle: false);

    private static Errno LastErrno => (Errno)Marshal.GetLastPInvokeError();

    /// <summary>Whether a call that returned <paramref name="result"/> is to be made again.</summary>
    private static bool Interrupted(long result, out Errno errno)
    {
        errno = result < 0 ? LastErrno : Errno.None;
        return errno == Errno.EINTR;
    }

    /// <summary>A name without its NUL at the end would let the kernel read on behind it.</summary>
    private static void CheckTerminated(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name[^1] != 0)
        {
            throw new ArgumentException("A name given to the kernel must end in a NUL byte.", nameof(name));
        }
    }
}
