using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Image.RootFilesystems;

/// <summary>Removes names from a directory with all that lies below, by handles; never through a symbolic link.</summary>
/// <param name="directories">Where the directories removed are to be forgotten; may be null.</param>
/// <param name="keep">Names to be spared: those of the layer whose whiteout this is; null to remove all.</param>
/// <param name="spared">What to call for a directory that stays only for what is spared below it.</param>
internal sealed class TreeRemover(DirectoryTable? directories, LayerEntries? keep = null, Action<SafeFileHandle, ulong>? spared = null)
{
    // Some file systems lose their place in a directory that shrinks while it is read; others add to it meanwhile.
    private const int MaxPasses = 100;

    private const int BufferSize = 32 * 1024;

    // A handle and a stack frame each; what is deeper was made to do harm.
    public const int MaxDepth = 1000;

    private int _depth;

    /// <summary>Removes a name.</summary>
    /// <returns>True where nothing of that name is left.</returns>
    /// <exception cref="IOException">The file system refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The file system refuses.</exception>
    public bool Remove(SafeFileHandle parent, ulong parentInode, ReadOnlySpan<byte> name)
    {
        bool isKept = keep?.Contains(parentInode, name) == true;
        if (!isKept)
        {
            Errno errno = Libc.Unlinkat(parent, name, 0);
            if (errno is Errno.None or Errno.ENOENT)
            {
                return true;
            }
            // Linux says EISDIR for a directory, POSIX EPERM.
            if (errno is not (Errno.EISDIR or Errno.EPERM))
            {
                throw LinuxError.ToException(errno, "unlinkat", name);
            }
        }
        using SafeFileHandle? directory = OpenDirectory(parent, name, out Errno openErrno);
        if (directory is null)
        {
            return openErrno switch
            {
                Errno.ENOENT => true,
                Errno.ENOTDIR or Errno.ELOOP when isKept => false,
                Errno.ENOTDIR or Errno.ELOOP => throw LinuxError.ToException(Errno.EPERM, "unlinkat", name),
                _ => throw LinuxError.ToException(openErrno, "openat", name),
            };
        }
        Libc.Statx(directory, Libc.STATX_BASIC_STATS, out Libc.FileStatus status).ThrowIfFailed("statx", name);
        if ((status.stx_mode & DirectoryTable.PrivateMode) != DirectoryTable.PrivateMode)
        {
            // An ordinary user must have the right to write before anything in it can go.
            Libc.Fchmod(directory, DirectoryTable.PrivateMode).ThrowIfFailed("fchmod", name);
        }
        for (int pass = 0; ; pass++)
        {
            bool isEmpty = RemoveChildren(directory, status.stx_ino);
            if (isKept)
            {
                return false;
            }
            if (!isEmpty)
            {
                spared?.Invoke(directory, status.stx_ino);
                return false;
            }
            Errno errno = Libc.Unlinkat(parent, name, Libc.AT_REMOVEDIR);
            if (errno is Errno.None or Errno.ENOENT)
            {
                directories?.Remove(status.stx_ino);
                return true;
            }
            if (errno is not (Errno.ENOTEMPTY or Errno.EEXIST) || pass == MaxPasses)
            {
                throw LinuxError.ToException(errno, "unlinkat", name);
            }
        }
    }

    /// <summary>Removes all that is in a directory.</summary>
    /// <returns>True where nothing had to be spared.</returns>
    public bool RemoveChildren(SafeFileHandle directory, ulong inode)
    {
        // A handle of its own, whose place in the directory is at the start.
        if (_depth > MaxDepth)
        {
            throw new IOException($"More than {MaxDepth} directories lie in each other. Remove the innermost first.");
        }
        Libc.Openat(directory, ".\0"u8, Libc.O_RDONLY | Libc.O_DIRECTORY, 0, out SafeFileHandle? opened).ThrowIfFailed("openat", ".");
        using SafeFileHandle listing = opened!;
        _depth++;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            bool isEmpty = true;
            while (true)
            {
                Libc.Getdents64(listing, buffer, out int length).ThrowIfFailed("getdents64");
                if (length == 0)
                {
                    return isEmpty;
                }
                var records = new DirectoryRecords(buffer.AsSpan(0, length));
                while (records.MoveNext())
                {
                    isEmpty &= Remove(listing, inode, records.Name);
                }
            }
        }
        finally
        {
            _depth--;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static SafeFileHandle? OpenDirectory(SafeFileHandle parent, ReadOnlySpan<byte> name, out Errno errno)
    {
        errno = Libc.Openat(parent, name, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW, 0, out SafeFileHandle? directory);
        if (errno != Errno.EACCES)
        {
            return directory;
        }
        // The user's own directory without a right to read it, as a finished root may have.
        Errno pathErrno = Libc.Openat(parent, name, Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_NOFOLLOW, 0, out SafeFileHandle? path);
        using (path)
        {
            if (pathErrno == Errno.None && ProcPath.Chmod(path!, DirectoryTable.PrivateMode) == Errno.None)
            {
                errno = Libc.Openat(parent, name, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW, 0, out directory);
            }
        }
        return directory;
    }
}
