using System.Runtime.InteropServices;

namespace Oci.Image.Layouts;

/// <summary>Makes a rename in a directory durable. .NET opens no directories, hence the C library.</summary>
internal static partial class DirectorySync
{
    /// <summary>fsync(2) of a directory: without it, the entry of a renamed file may be lost in a power cut.</summary>
    /// <remarks>File systems that cannot do this (some network and FUSE ones answer EINVAL) are left as they are: rename is still atomic there.</remarks>
    public static void Flush(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // NTFS journals its directories, and there is no call for this.
        }
        // open(2): O_RDONLY is 0; O_CLOEXEC differs by system.
        int fd = Open(directory, OperatingSystem.IsLinux() ? 0x80000 : 0x1000000);
        if (fd < 0)
        {
            throw new IOException($"Cannot open the directory {directory} to flush it: {Marshal.GetLastPInvokeErrorMessage()}.", Marshal.GetLastPInvokeError());
        }
        try
        {
            int result;
            int errno = 0;
            do
            {
                result = Fsync(fd);
                errno = result < 0 ? Marshal.GetLastPInvokeError() : 0;
            }
            while (errno == Eintr);
            if (errno is not 0 and not Einval)
            {
                throw new IOException($"Cannot flush the directory {directory}: {Marshal.GetPInvokeErrorMessage(errno)}.", errno);
            }
        }
        finally
        {
            _ = Close(fd);
        }
    }

    private const int Eintr = 4;
    private const int Einval = 22;

    // open is variadic in C, but the call without its third argument is the same on the ABIs .NET runs on (no O_CREAT).
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int fd);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int fd);
}
