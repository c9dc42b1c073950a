namespace Oci.Image.Archives;

/// <summary>An archive of images cannot be opened, or is not what such an archive must be.</summary>
public sealed class ArchiveException : OciImageException
{
    /// <summary>Makes an exception that says what is wrong with which archive, and what to do next.</summary>
    /// <param name="message">What failed, where and why.</param>
    /// <param name="path">The path of the archive.</param>
    /// <param name="innerException">What caused it.</param>
    public ArchiveException(string message, string path, Exception? innerException = null)
        : base(message, innerException)
    {
        Path = path;
    }

    /// <summary>The path of the archive.</summary>
    public string Path { get; }

    internal static ArchiveException FromFileSystem(string doing, string path, Exception e) =>
        new(FileSystemFailure.Describe(doing, path, e), path, e);
}
