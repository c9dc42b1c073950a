using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Image.Tar;

namespace Oci.Image.RootFilesystems;

/// <summary>Gives all directories of a root their final modes and times, the deepest first.</summary>
/// <remarks>By a walk of the tree, since the paths that entries had may lead elsewhere by now.</remarks>
internal sealed class DirectoryFinisher(DirectoryTable directories, XattrWriter xattrs, CancellationToken cancellationToken)
{
    private const int BufferSize = 16 * 1024;

    private int _finished;

    /// <summary>Finishes a root. The handle must be open for reading.</summary>
    public void Finish(SafeFileHandle root)
    {
        FinishTree(root, ".\0"u8);
        if (_finished != directories.Count)
        {
            throw new IOException($"Of {directories.Count} directories that were unpacked only {_finished} were found again by their inode numbers: the file system does not keep them, or something else works in this root. Unpack elsewhere.");
        }
    }

    private void FinishTree(SafeFileHandle directory, ReadOnlySpan<byte> name)
    {
        cancellationToken.ThrowIfCancellationRequested();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (true)
            {
                Libc.Getdents64(directory, buffer, out int length).ThrowIfFailed("getdents64", name);
                if (length == 0)
                {
                    break;
                }
                var records = new DirectoryRecords(buffer.AsSpan(0, length));
                while (records.MoveNext())
                {
                    if (records.Type is Libc.DT_DIR or Libc.DT_UNKNOWN)
                    {
                        FinishChild(directory, records.Name);
                    }
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        SetAttributes(directory, name);
    }

    private void FinishChild(SafeFileHandle parent, ReadOnlySpan<byte> name)
    {
        Errno errno = Libc.Openat(parent, name, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW, 0, out SafeFileHandle? opened);
        if (errno is Errno.ENOTDIR or Errno.ELOOP)
        {
            return;
        }
        errno.ThrowIfFailed("openat", name);
        using SafeFileHandle directory = opened!;
        FinishTree(directory, name);
    }

    private void SetAttributes(SafeFileHandle directory, ReadOnlySpan<byte> name)
    {
        Libc.Statx(directory, Libc.STATX_INO, out Libc.FileStatus status).ThrowIfFailed("statx", name);
        if (!directories.TryGet(status.stx_ino, out DirectoryAttributes attributes))
        {
            return;
        }
        _finished++;
        foreach (LateXattr xattr in attributes.LateXattrs ?? [])
        {
            xattrs.Apply(directory, xattr.Name, xattr.Value, name);
        }
        if (attributes.IsOpaque)
        {
            OverlayMarks.SetOpaque(directory, name);
        }
        Libc.Fchmod(directory, attributes.Mode).ThrowIfFailed("fchmod", name);
        if (attributes.HasTimes)
        {
            Libc.Futimens(directory, ToTimespec(attributes.AccessTime), ToTimespec(attributes.ModifiedTime)).ThrowIfFailed("futimens", name);
        }
    }

    private static Libc.Timespec ToTimespec(TarTime time) => new(time.Seconds, time.Nanoseconds);
}
