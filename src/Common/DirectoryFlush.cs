using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Common;

/// <summary>fsync(2) of a directory, which makes the names in it survive a power cut. The BCL opens no directories.</summary>
internal static partial class DirectoryFlush
{
    private const int O_RDONLY = 0;
    private const int EINTR = 4;
    private const int EINVAL = 22;

    // The values differ by system.
    private static readonly int O_CLOEXEC = OperatingSystem.IsLinux() ? 0x80000 : 0x1000000;

    /// <summary>Returns when the names in a directory are on the disk.</summary>
    /// <remarks>
    /// Where the file system cannot flush a directory (some network and FUSE ones answer EINVAL), nothing is done: a
    /// rename is atomic there too, and to refuse would make every write fail. PostgreSQL's fsync_fname does the same.
    /// </remarks>
    /// <exception cref="IOException">The directory cannot be opened, or the disk failed; the errno is the HResult.</exception>
    public static void Flush(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // NTFS journals names itself, and FlushFileBuffers takes no directory without special rights.
        }
        int fd;
        while ((fd = Open(directory, O_RDONLY | O_CLOEXEC)) < 0)
        {
            ThrowUnlessInterrupted("opened to be flushed", directory);
        }
        using var handle = new SafeFileHandle(fd, ownsHandle: true);
        while (Fsync(handle) < 0 && Marshal.GetLastPInvokeError() != EINVAL)
        {
            ThrowUnlessInterrupted("flushed to disk", directory);
        }
    }

    private static void ThrowUnlessInterrupted(string what, string directory)
    {
        int errno = Marshal.GetLastPInvokeError();
        if (errno != EINTR)
        {
            throw new IOException($"The directory {directory} cannot be {what}: {Marshal.GetPInvokeErrorMessage(errno)}.", errno);
        }
    }

    // open is variadic in C, but the call without its third argument is the same on the ABIs .NET runs on (no O_CREAT).
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle fd);
}
