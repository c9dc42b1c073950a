using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common.Linux;

internal static unsafe partial class Libc
{
    /// <summary>mknodat(2): a device or FIFO, as the type bits of the mode say. The umask is taken off the mode.</summary>
    /// <remarks>
    /// The device is as <see cref="MakeDevice"/> gives it, 0 for a FIFO. By number, since glibc has a function of
    /// this name only from 2.33 on.
    /// </remarks>
    public static Errno Mknodat(SafeFileHandle directory, ReadOnlySpan<byte> name, uint mode, uint device)
    {
        CheckTerminated(name);
        fixed (byte* p = name)
        {
            Errno errno;
            while (Interrupted(syscall(Syscall.SYS_mknodat, directory, p, mode, device), out errno))
            {
            }
            return errno;
        }
    }

    /// <summary>A device number as the kernel takes it (new_encode_dev): 12 bits of major, 20 bits of minor.</summary>
    public static uint MakeDevice(uint major, uint minor) =>
        (minor & 0xff) | ((major & 0xfff) << 8) | ((minor & 0xfff00) << 12);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint syscall(nint number, SafeFileHandle dirfd, byte* pathname, nuint mode, nuint dev);
}
