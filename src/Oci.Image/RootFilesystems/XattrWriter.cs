using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Image.Tar;

namespace Oci.Image.RootFilesystems;

/// <summary>Sets the extended attributes of entries, but for those that only make sense where they came from.</summary>
internal sealed class XattrWriter(UnpackNotices notices)
{
    /// <summary>The longest name of an attribute, with its NUL (XATTR_NAME_MAX and one).</summary>
    private const int NameSize = 256;

    /// <summary>Whether an attribute of a directory must wait until all is unpacked: a default ACL would pass to its children.</summary>
    public static bool IsLate(ReadOnlySpan<byte> name) => name.StartsWith("system.posix_acl_"u8);

    /// <summary>Sets an attribute of an open file, not one opened with O_PATH.</summary>
    public void Apply(SafeFileHandle file, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ReadOnlySpan<byte> entryName)
    {
        Span<byte> terminated = stackalloc byte[NameSize];
        if (IsWanted(ref terminated, name, entryName))
        {
            Check(Libc.Fsetxattr(file, terminated, value), entryName);
        }
    }

    /// <summary>Sets the attributes of a name that is not followed: a link, device or FIFO.</summary>
    public void ApplyToName(SafeFileHandle directory, ReadOnlySpan<byte> name, ReadOnlySpan<TarXattr> xattrs, ReadOnlySpan<byte> entryName)
    {
        if (xattrs.IsEmpty)
        {
            return;
        }
        var buffer = new byte[ProcPath.MaxPrefixLength + name.Length];
        ReadOnlySpan<byte> path = ProcPath.Write(directory, name, buffer);
        Span<byte> terminatedBuffer = stackalloc byte[NameSize];
        foreach (TarXattr xattr in xattrs)
        {
            Span<byte> terminated = terminatedBuffer;
            if (IsWanted(ref terminated, xattr.Name, entryName))
            {
                Check(Libc.Lsetxattr(path, terminated, xattr.Value), entryName);
            }
        }
    }

    /// <summary>Takes the attributes of a lower layer off a directory that a new entry describes.</summary>
    public static void Clear(SafeFileHandle directory, ReadOnlySpan<byte> entryName)
    {
        Errno errno = Libc.Flistxattr(directory, default, out int length);
        if (errno == Errno.EOPNOTSUPP || (errno == Errno.None && length == 0))
        {
            return;
        }
        var names = new byte[Libc.XATTR_SIZE_MAX];
        Libc.Flistxattr(directory, names, out length).ThrowIfFailed("flistxattr", entryName);
        for (ReadOnlySpan<byte> left = names.AsSpan(0, length); !left.IsEmpty;)
        {
            ReadOnlySpan<byte> name = left[..(left.IndexOf((byte)0) + 1)];
            left = left[name.Length..];
            // The labels of a security module belong to the machine.
            if (name.StartsWith("user."u8) || name.StartsWith("trusted."u8) || name.StartsWith("system.posix_acl_"u8) || name.SequenceEqual("security.capability\0"u8))
            {
                errno = Libc.Fremovexattr(directory, name);
                if (errno is not (Errno.None or Errno.ENODATA))
                {
                    throw LinuxError.ToException(errno, "fremovexattr", entryName);
                }
            }
        }
    }

    private bool IsWanted(ref Span<byte> terminated, ReadOnlySpan<byte> name, ReadOnlySpan<byte> entryName)
    {
        if (MachineXattrs.Contains(name) || name.SequenceEqual(RootlessOwner.AttributeName[..^1]))
        {
            notices.Add(UnpackNoticeKind.XattrLeftOut, entryName);
            return false;
        }
        if (name.Length >= terminated.Length || name.Contains((byte)0))
        {
            throw LinuxError.ToException(Errno.ERANGE, "fsetxattr", entryName);
        }
        name.CopyTo(terminated);
        terminated[name.Length] = 0;
        terminated = terminated[..(name.Length + 1)];
        return true;
    }

    private void Check(Errno errno, ReadOnlySpan<byte> entryName)
    {
        // EINVAL: a value the kernel cannot take here, such as an ACL with ids that have no place in this user namespace.
        if (errno is Errno.EPERM or Errno.EOPNOTSUPP or Errno.EINVAL)
        {
            notices.Add(UnpackNoticeKind.XattrRefused, entryName);
            return;
        }
        errno.ThrowIfFailed("setxattr", entryName);
    }
}
