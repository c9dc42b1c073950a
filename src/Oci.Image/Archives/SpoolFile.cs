namespace Oci.Image.Archives;

/// <summary>Temporary files for what must be read again, or from its middle.</summary>
internal static class SpoolFile
{
    /// <summary>A private file that is gone with the process however that ends: on Unix a file without a name lives as long as its handle.</summary>
    /// <exception cref="ArchiveException">The file cannot be made.</exception>
    public static FileStream Create(string directory)
    {
        string path = Path.Combine(directory, $"oci-archive-{Guid.NewGuid():n}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = 0, Options = FileOptions.Asynchronous };
        try
        {
            if (OperatingSystem.IsWindows())
            {
                options.Options |= FileOptions.DeleteOnClose;
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
