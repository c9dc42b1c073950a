using System.Runtime.InteropServices;

namespace Oci.Common.Linux;

/// <summary>The one place that turns an errno into an exception.</summary>
internal static class LinuxError
{
    /// <summary>An exception that names the syscall, what it was about, the errno and what to do next.</summary>
    /// <param name="errno">What the kernel answered.</param>
    /// <param name="syscall">The syscall, in the kernel's spelling.</param>
    /// <param name="path">What it was about: a path, in a form to be read by people.</param>
    /// <returns>
    /// <see cref="UnauthorizedAccessException"/> where a right is missing, <see cref="FileNotFoundException"/> for
    /// ENOENT, else <see cref="IOException"/>; the errno is in <see cref="Exception.HResult"/>.
    /// </returns>
    public static Exception ToException(Errno errno, string syscall, string? path = null)
    {
        string message = Describe(errno, syscall, path);
        Exception exception = errno switch
        {
            Errno.EACCES or Errno.EPERM or Errno.EROFS => new UnauthorizedAccessException(message),
            Errno.ENOENT => new FileNotFoundException(message, path),
            _ => new IOException(message),
        };
        exception.HResult = (int)errno;
        return exception;
    }

    /// <summary>The errno that an exception of this class, or of .NET's own files, carries; none where it carries no errno.</summary>
    public static Errno ToErrno(Exception? exception) =>
        exception?.HResult is int code and > 0 and <= (int)Errno.EHWPOISON ? (Errno)code : Errno.None;

    /// <summary><inheritdoc cref="ToException(Errno, string, string?)" path="/summary"/></summary>
    public static Exception ToException(Errno errno, string syscall, ReadOnlySpan<byte> path) =>
        ToException(errno, syscall, PathText.Describe(path));

    /// <summary>Throws unless the call succeeded.</summary>
    public static void ThrowIfFailed(this Errno errno, string syscall, string? path = null)
    {
        if (errno != Errno.None)
        {
            throw ToException(errno, syscall, path);
        }
    }

    /// <summary>Throws unless the call succeeded; the path becomes text only where it failed.</summary>
    public static void ThrowIfFailed(this Errno errno, string syscall, ReadOnlySpan<byte> path)
    {
        if (errno != Errno.None)
        {
            throw ToException(errno, syscall, path);
        }
    }

    /// <summary><c>mkdirat of 'a/b' failed: EACCES (Permission denied). ...</c></summary>
    public static string Describe(Errno errno, string syscall, string? path)
    {
        string about = string.IsNullOrEmpty(path) ? "" : $" of '{path}'";
        string text = $"{syscall}{about} failed: {errno} ({Marshal.GetPInvokeErrorMessage((int)errno)}).";
        return Hint(errno) is string hint ? $"{text} {hint}" : text;
    }

    private static string? Hint(Errno errno) => errno switch
    {
        Errno.ENOSPC => "Free space on that file system, or choose another one.",
        Errno.EDQUOT => "The user's disk quota is used up.",
        Errno.EROFS => "The file system is mounted read-only: choose another one.",
        Errno.EMFILE => "This process has too many files open: raise its limit (ulimit -n).",
        Errno.ENFILE => "The whole system has too many files open.",
        Errno.EACCES => "Run as a user who may do this, or choose another directory.",
        Errno.ENAMETOOLONG => "Linux allows 255 bytes for a name and 4095 for a path.",
        _ => null,
    };
}
