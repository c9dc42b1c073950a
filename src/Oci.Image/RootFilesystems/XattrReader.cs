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
        FileOwner? noted = null;
        Span<byte> buffer = stackalloc byte[ProcPath.MaxPrefixLength + 256];
        ReadOnlySpan<byte> path = ProcPath.Write(directory, name, buffer);
        Errno errno = Libc.Llistxattr(path, _names, out int length);
        if (errno == Errno.EOPNOTSUPP)
        {
            return noted;
        }
        errno.ThrowIfFailed("llistxattr", name);
        for (ReadOnlySpan<byte> left = _names.AsSpan(0, length); !left.IsEmpty;)
        {
            ReadOnlySpan<byte> key = left[..(left.IndexOf((byte)0) + 1)];
            left = left[key.Length..];
            if (MachineXattrs.Contains(key[..^1]))
            {
                continue;
            }
            errno = Libc.Lgetxattr(path, key, _value, out int valueLength);
            // Gone since it was listed.
            if (errno == Errno.ENODATA)
            {
                continue;
            }
            errno.ThrowIfFailed("lgetxattr", name);
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
