namespace Oci.Image;

/// <summary>What a file system says when it refuses, told with what to do next.</summary>
internal static class FileSystemFailure
{
    /// <summary>Whether an exception comes from a file system.</summary>
    public static bool Explains(Exception e) => e is UnauthorizedAccessException or IOException;

    /// <summary><c>Cannot write a blob into /a: No space left on device. Make room ...</c></summary>
    public static string Describe(string doing, string path, Exception e)
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
        return $"Cannot {doing} {path}: {e.Message.TrimEnd('.')}. {hint}";
    }
}
