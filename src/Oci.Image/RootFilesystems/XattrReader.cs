using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Image.Tar;

namespace Oci.Image.RootFilesystems;

/// <summary>Reads the extended attributes of files that are to be packed.</summary>
internal sealed class XattrReader
{
    private readonly byte[] _names = new byte[Libc.XATTR_SIZE_MAX];
    private readonly byte[] _value = new byte[Libc.XATTR_SIZE_MAX];

    /// <summary>Adds the attributes of a name that is not followed, but for a note of its owner.</summary>
    /// <remarks>By the path of the directory's handle in /proc, which serves links and devices as well as files.</remarks>
    /// <returns>The owner that is noted, or null.</returns>
    public FileOwner? Read(SafeFileHandle directory, ReadOnlySpan<byte> name, IList<TarXattr> xattrs)
    {
        Span<byte> buffer = stackalloc byte[ProcPath.MaxPrefixLength + 256];
        return Read(directory, ProcPath.Write(directory, name, buffer), name, xattrs);
    }

    /// <summary>Adds the attributes of an open file or directory, not one opened with O_PATH, but for a note of its owner.</summary>
    /// <returns>The owner that is noted, or null.</returns>
    public FileOwner? ReadOpen(SafeFileHandle file, ReadOnlySpan<byte> name, IList<TarXattr> xattrs) =>
        Read(file, path: default, name, xattrs);

    private FileOwner? Read(SafeFileHandle file, ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, IList<TarXattr> xattrs)
    {
        FileOwner? noted = null;
        Errno errno = path.IsEmpty ? Libc.Flistxattr(file, _names, out int length) : Libc.Llistxattr(path, _names, out length);
        if (errno == Errno.EOPNOTSUPP)
        {
            return noted;
        }
        errno.ThrowIfFailed("listxattr", name);
        for (ReadOnlySpan<byte> left = _names.AsSpan(0, length); !left.IsEmpty;)
        {
            ReadOnlySpan<byte> key = left[..(left.IndexOf((byte)0) + 1)];
            left = left[key.Length..];
            if (MachineXattrs.Contains(key[..^1]))
            {
                continue;
            }
            errno = path.IsEmpty ? Libc.Fgetxattr(file, key, _value, out int valueLength) : Libc.Lgetxattr(path, key, _value, out valueLength);
            // Gone since it was listed.
            if (errno == Errno.ENODATA)
            {
                continue;
            }
            errno.ThrowIfFailed("getxattr", name);
            if (!key.SequenceEqual(RootlessOwner.AttributeName))
            {
                xattrs.Add(new TarXattr(key[..^1].ToArray(), _value[..valueLength]));
            }
            else if (RootlessOwner.TryRead(_value.AsSpan(0, valueLength), out uint uid, out uint gid))
            {
                noted = new FileOwner(uid, gid);
            }
        }
        return noted;
    }
}
