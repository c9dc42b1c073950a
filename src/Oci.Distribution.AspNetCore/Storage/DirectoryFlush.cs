using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Oci.Distribution.AspNetCore.Storage;

/// <summary>fsync(2) of a folder, which makes the names in it survive a power cut. The BCL opens no folders.</summary>
internal static partial class DirectoryFlush
{
    private const int O_RDONLY = 0;
    private const int EINTR = 4;

    // Set so that a handle is not inherited by what the host process starts; the values differ by system.
    private static readonly int O_CLOEXEC = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    /// <exception cref="IOException">The folder cannot be opened or flushed.</exception>
    public static void Flush(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // NTFS journals names itself, and FlushFileBuffers takes no folder without special rights.
        }
        int fd;
        while ((fd = Open(directory, O_RDONLY | O_CLOEXEC)) < 0)
        {
            ThrowUnlessInterrupted(directory);
        }
        using var handle = new SafeFileHandle(fd, ownsHandle: true);
        while (Fsync(handle) < 0)
        {
            ThrowUnlessInterrupted(directory);
        }
    }

    private static void ThrowUnlessInterrupted(string directory)
    {
        int errno = Marshal.GetLastPInvokeError();
        if (errno != EINTR)
        {
            throw new IOException($"The folder {directory} cannot be flushed to disk: {new Win32Exception(errno).Message}.", errno);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle fd);
}
