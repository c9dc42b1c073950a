using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Mounts;

/// <summary>Reads extended attributes (xattr(7)).</summary>
internal static class FileAttributes
{
    /// <summary>All of a file's, their names ended by NUL; none on a filesystem that has none.</summary>
    public static IReadOnlyList<(byte[] Name, byte[] Value)> Read(SafeFileHandle file)
    {
        Errno errno = Libc.Flistxattr(file, default, out int length);
        if (errno == Errno.EOPNOTSUPP || (errno == Errno.None && length == 0))
        {
            return [];
        }
        errno.ThrowIfFailed("flistxattr");
        byte[] names = new byte[Libc.XATTR_SIZE_MAX];
        Libc.Flistxattr(file, names, out length).ThrowIfFailed("flistxattr");
        var attributes = new List<(byte[], byte[])>();
        ReadOnlySpan<byte> left = names.AsSpan(0, length);
        byte[] value = new byte[Libc.XATTR_SIZE_MAX];
        while (!left.IsEmpty)
        {
            int end = left.IndexOf((byte)0) + 1;
            byte[] name = left[..end].ToArray();
            left = left[end..];
            errno = Libc.Fgetxattr(file, name, value, out int size);
            // Removed meanwhile, or not for this user to read.
            if (errno is not (Errno.ENODATA or Errno.EPERM or Errno.EACCES))
            {
                errno.ThrowIfFailed("fgetxattr", name);
                attributes.Add((name, value[..size]));
            }
        }
        return attributes;
    }
}
