using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Image.RootFilesystems;

namespace Oci.Image.Changes;

/// <summary>Reads the marks of overlayfs in an upper directory (kernel, filesystems/overlayfs.rst).</summary>
/// <param name="userXattr">Whether the overlay was mounted with <c>userxattr</c>: the marks of the other kind are then not overlayfs's.</param>
internal sealed class UpperMarkReader(bool userXattr)
{
    private const int MaxValue = 256;

    private readonly byte[] _value = new byte[MaxValue];

    /// <summary>Reads the marks of a name.</summary>
    /// <param name="directory">The directory that it is in.</param>
    /// <param name="name">The name, ended by NUL.</param>
    /// <param name="status">What it is.</param>
    /// <param name="path">For messages.</param>
    /// <param name="above">The marks of the directory.</param>
    /// <exception cref="OciImageException">A part of the file is in a lower layer, so that this directory alone does not say what it is.</exception>
    public UpperMarks Read(SafeFileHandle directory, ReadOnlySpan<byte> name, in Libc.FileStatus status, ReadOnlySpan<byte> path, UpperMarks above)
    {
        switch (status.Type)
        {
            case Libc.S_IFDIR:
                if (Has(directory, name, "trusted.overlay.redirect\0"u8, "user.overlay.redirect\0"u8, path, out _))
                {
                    throw Refused(path, "is a directory that was renamed, with its content left in a lower layer (overlay.redirect). Mount with redirect_dir=off");
                }
                return !Has(directory, name, "trusted.overlay.opaque\0"u8, "user.overlay.opaque\0"u8, path, out ReadOnlySpan<byte> opaque) ? UpperMarks.None
                    : opaque.SequenceEqual("y"u8) ? UpperMarks.Opaque
                    : opaque.SequenceEqual("x"u8) ? UpperMarks.HasMarkedWhiteouts
                    : UpperMarks.None;
            case Libc.S_IFCHR when status is { stx_rdev_major: 0, stx_rdev_minor: 0 }:
                return UpperMarks.Whiteout;
            case Libc.S_IFREG:
                if (Has(directory, name, "trusted.overlay.metacopy\0"u8, "user.overlay.metacopy\0"u8, path, out _))
                {
                    throw Refused(path, "has its content left in a lower layer (overlay.metacopy). Mount with metacopy=off");
                }
                if ((above & UpperMarks.HasMarkedWhiteouts) != 0 && status.stx_size == 0
                    && Has(directory, name, "trusted.overlay.whiteout\0"u8, "user.overlay.whiteout\0"u8, path, out _))
                {
                    return UpperMarks.Whiteout;
                }
                break;
        }
        // With an index, names of a file that stay in a lower layer lead to the file here. The number says how many more
        // names there are than links to this inode: without such names, one less, since the index has a link of its own.
        if (Has(directory, name, "trusted.overlay.nlink\0"u8, "user.overlay.nlink\0"u8, path, out ReadOnlySpan<byte> links) && !links.SequenceEqual("U-1"u8))
        {
            throw Refused(path, "has hardlinks that are left in a lower layer (overlay.nlink). Mount with index=off");
        }
        return UpperMarks.None;
    }

    private static OciImageException Refused(ReadOnlySpan<byte> path, string what) =>
        new($"'{PathText.Describe(path)}' {what}, or make the layer of the merged directory, compared with the lower ones.");

    private bool Has(SafeFileHandle directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> trusted, ReadOnlySpan<byte> user, ReadOnlySpan<byte> path, out ReadOnlySpan<byte> value)
    {
        value = default;
        Span<byte> buffer = stackalloc byte[ProcPath.MaxPrefixLength + 256];
        Errno errno = Libc.Lgetxattr(ProcPath.Write(directory, name, buffer), userXattr ? user : trusted, _value, out int length);
        if (errno is Errno.ENODATA or Errno.EOPNOTSUPP)
        {
            return false;
        }
        // A redirect may be longer than what is looked at here; that there is one is all that counts.
        if (errno != Errno.ERANGE)
        {
            errno.ThrowIfFailed("lgetxattr", path);
        }
        value = _value.AsSpan(0, length);
        return true;
    }
}
