using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Image.Archives;

/// <summary>Temporary files for what must be read again, or from its middle.</summary>
internal static class SpoolFile
{
    private const uint OwnerOnly = 0x180; // 0600

    /// <summary>A private file that is gone with the process however that ends: on Unix a file without a name lives as long as its handle.</summary>
    /// <exception cref="ArchiveException">The file cannot be made.</exception>
    public static FileStream Create(string directory)
    {
        try
        {
            // Never has a name, so that not even a kill in the next moment leaves one.
            if (OperatingSystem.IsLinux() && Libc.Openat(Libc.AT_FDCWD, Encoding.UTF8.GetBytes(directory + '\0'), Libc.O_TMPFILE | Libc.O_RDWR | Libc.O_EXCL, OwnerOnly, out SafeFileHandle? unnamed) == Errno.None)
            {
                return new FileStream(unnamed!, FileAccess.ReadWrite, bufferSize: 0);
            }
            string path = Path.Combine(directory, $"oci-archive-{Guid.NewGuid():n}");
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = 0 };
            if (OperatingSystem.IsWindows())
            {
                options.Options = FileOptions.DeleteOnClose;
                return new FileStream(path, options);
            }
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            var spool = new FileStream(path, options);
            File.Delete(path);
            return spool;
        }
        catch (Exception e) when (FileSystemFailure.Explains(e))
        {
            throw ArchiveException.FromFileSystem("make a temporary file in", directory, e);
        }
    }
}
