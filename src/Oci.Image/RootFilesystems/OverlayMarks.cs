using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Image.RootFilesystems;

/// <summary>The extended attributes that overlayfs reads in a layer.</summary>
internal static class OverlayMarks
{
    private static ReadOnlySpan<byte> Trusted => "trusted.overlay.opaque\0"u8;

    private static ReadOnlySpan<byte> User => "user.overlay.opaque\0"u8;

    /// <summary>Marks a directory as hiding what lower layers have in it.</summary>
    /// <remarks>
    /// Both marks where this process may set both: a mount in a user namespace reads the one of the user (userxattr), any
    /// other the trusted one.
    /// </remarks>
    public static void SetOpaque(SafeFileHandle directory, ReadOnlySpan<byte> name)
    {
        Errno trusted = Libc.Fsetxattr(directory, Trusted, "y"u8);
        Errno user = Libc.Fsetxattr(directory, User, "y"u8);
        if (user == Errno.EOPNOTSUPP || (user == Errno.EPERM && trusted == Errno.None))
        {
            user = trusted;
        }
        user.ThrowIfFailed("fsetxattr", name);
        if (trusted is not (Errno.None or Errno.EPERM or Errno.EOPNOTSUPP))
        {
            throw LinuxError.ToException(trusted, "fsetxattr", name);
        }
    }
}
