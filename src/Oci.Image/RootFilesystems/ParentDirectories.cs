using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Image.RootFilesystems;

/// <summary>Opens the parents of entries, and keeps the last one open: archives list a directory's children together.</summary>
/// <remarks>
/// A path leads to the same directory until something on it is removed or replaced: whoever does that calls
/// <see cref="Forget"/>. Making new names cannot change where a path that resolved leads.
/// </remarks>
internal sealed class ParentDirectories(RootDirectory root) : IDisposable
{
    private byte[] _path = new byte[256];
    private int _pathLength;
    private SafeFileHandle? _handle;

    /// <summary>The parent that was opened last: an O_PATH handle, good until the next <see cref="Open"/> or <see cref="Forget"/>.</summary>
    public SafeFileHandle Handle => _handle ?? throw new InvalidOperationException("No parent is open.");

    /// <summary>Its inode number.</summary>
    public ulong Inode { get; private set; }

    /// <summary>Another number for each parent that was opened.</summary>
    public int Serial { get; private set; }

    /// <summary>Opens the directory of a path in the root.</summary>
    /// <param name="path">The path, ended by NUL.</param>
    /// <param name="made">What to call for missing directories, which are then made; null where one missing is ENOENT.</param>
    public Errno Open(ReadOnlySpan<byte> path, DirectoryMade? made)
    {
        if (_handle is not null && path.SequenceEqual(_path.AsSpan(0, _pathLength)))
        {
            return Errno.None;
        }
        Forget();
        Errno errno = made is null
            ? root.OpenDirectory(path, out SafeFileHandle? handle)
            : root.OpenOrMakeDirectory(path, made, out handle);
        if (errno != Errno.None)
        {
            return errno;
        }
        errno = Libc.Statx(handle!, Libc.STATX_INO, out Libc.FileStatus status);
        if (errno != Errno.None)
        {
            handle!.Dispose();
            return errno;
        }
        if (_path.Length < path.Length)
        {
            _path = new byte[Math.Max(path.Length, _path.Length * 2)];
        }
        path.CopyTo(_path);
        _pathLength = path.Length;
        _handle = handle;
        Inode = status.stx_ino;
        Serial++;
        return Errno.None;
    }

    /// <summary>Closes the parent that is open, if one is.</summary>
    public void Forget()
    {
        _handle?.Dispose();
        _handle = null;
    }

    public void Dispose() => Forget();
}
