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

    /// <summary>Whether a file system failure is one that this type tells better.</summary>
    internal static bool Explains(Exception e) => e is UnauthorizedAccessException or IOException;

    internal static LayoutException FromFileSystem(string doing, string path, Exception e)
    {
        // On Unix, IOException carries the errno as its HResult.
        string hint = (e, e.HResult) switch
        {
            (UnauthorizedAccessException, _) => "Give this user write access to it, or use another directory.",
            (_, 28) => "Make room on that file system, or use another.",
            (_, 30) => "That file system is mounted read-only; use another directory.",
            (DirectoryNotFoundException, _) => "A directory on the way does not exist or cannot be made.",
            _ => "Check the path and its file system.",
        };
        return new LayoutException($"Cannot {doing} {path}: {e.Message.TrimEnd('.')}. {hint}", path, e);
    }
}
