using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    public const uint MFD_ALLOW_SEALING = 0x2;

    /// <summary>Linux 6.3; EINVAL before, EACCES where vm.memfd_noexec is 2.</summary>
    public const uint MFD_EXEC = 0x10;

    /// <summary>Linux 6.3; EINVAL before.</summary>
    public const uint MFD_NOEXEC_SEAL = 0x8;

    private const uint MFD_CLOEXEC = 0x1;

    /// <summary>memfd_create(2). MFD_CLOEXEC is added.</summary>
    public static Errno MemfdCreate(ReadOnlySpan<byte> name, uint flags, out SafeFileHandle? file)
    {
        CheckTerminated(name);
        fixed (byte* p = name)
        {
            int fd;
            Errno errno;
            do
            {
                fd = memfd_create(p, flags | MFD_CLOEXEC);
            }
            while (Interrupted(fd, out errno));
            file = errno == Errno.None ? new SafeFileHandle(fd, ownsHandle: true) : null;
            return errno;
        }
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int memfd_create(byte* name, uint flags);
}
