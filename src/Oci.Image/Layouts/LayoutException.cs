namespace Oci.Image.Layouts;

/// <summary>A layout cannot be made, opened, or written: it is no layout, or the file system refuses.</summary>
public sealed class LayoutException : OciImageException
{
    /// <summary>Makes an exception that says what failed, at which path, and what to do next.</summary>
    /// <param name="message">What failed, where and why.</param>
    /// <param name="path">The path that it failed at.</param>
    /// <param name="innerException">What the file system said.</param>
    public LayoutException(string message, string path, Exception? innerException = null)
        : base(message, innerException)
    {
        Path = path;
    }

    /// <summary>The path that it failed at.</summary>
    public string Path { get; }

    /// <inheritdoc cref="FileSystemFailure.Explains"/>
    internal static bool Explains(Exception e) => FileSystemFailure.Explains(e);

    internal static LayoutException FromFileSystem(string doing, string path, Exception e) =>
        new(FileSystemFailure.Describe(doing, path, e), path, e);
}
