using System.Text;
using Oci.Common.Linux;

namespace Oci.Image.RootFilesystems;

/// <summary>The directory that is unpacked into: made or found empty, and emptied again where the unpack fails.</summary>
internal sealed class UnpackTarget : IDisposable
{
    private const int MaxPasses = 100;

    private readonly string _path;
    private readonly bool _isNew;
    private readonly uint _mode;

    private UnpackTarget(string path, RootDirectory root, bool isNew, uint mode)
    {
        _path = path;
        Root = root;
        _isNew = isNew;
        _mode = mode;
    }

    public RootDirectory Root { get; }

    /// <summary>Makes the directory, with those above it, or takes an empty one.</summary>
    /// <exception cref="UnpackException">The directory has something in it, or cannot be made or read.</exception>
    public static UnpackTarget Open(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        try
        {
            if (Path.GetDirectoryName(full) is string above)
            {
                Directory.CreateDirectory(above);
            }
            Errno errno = Libc.Mkdirat(Libc.AT_FDCWD, Terminate(full), DirectoryTable.PrivateMode);
            if (errno != Errno.EEXIST)
            {
                errno.ThrowIfFailed("mkdir", full);
            }
            return Take(full, RootDirectory.Open(full), isNew: errno == Errno.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UnpackException(UnpackFailure.FileSystem, $"The directory '{full}' cannot be unpacked into: {exception.Message}", innerException: exception);
        }
    }

    private static UnpackTarget Take(string path, RootDirectory root, bool isNew)
    {
        try
        {
            Libc.Statx(root.Handle, Libc.STATX_BASIC_STATS, out Libc.FileStatus status).ThrowIfFailed("statx", path);
            var target = new UnpackTarget(path, root, isNew, status.stx_mode & 0xFFFu);
            if (!target.IsEmpty())
            {
                throw new UnpackException(UnpackFailure.TargetNotEmpty, $"The directory '{path}' is not empty: an image is unpacked into an empty or a new one. Choose another, or empty it.");
            }
            Libc.Fchmod(root.Handle, DirectoryTable.PrivateMode).ThrowIfFailed("fchmod", path);
            return target;
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    /// <summary>Removes all that is in the directory, and the directory itself where it was made here.</summary>
    /// <exception cref="IOException">Something cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">Something cannot be removed.</exception>
    public void Remove()
    {
        Libc.Fchmod(Root.Handle, DirectoryTable.PrivateMode).ThrowIfFailed("fchmod", _path);
        var remover = new TreeRemover(directories: null);
        for (int pass = 0; pass < MaxPasses && !IsEmpty(); pass++)
        {
            remover.RemoveChildren(Root.Handle, inode: 0);
        }
        if (_isNew)
        {
            Libc.Unlinkat(Libc.AT_FDCWD, Terminate(_path), Libc.AT_REMOVEDIR).ThrowIfFailed("rmdir", _path);
            return;
        }
        Libc.Fchmod(Root.Handle, _mode).ThrowIfFailed("fchmod", _path);
    }

    public void Dispose() => Root.Dispose();

    private bool IsEmpty()
    {
        // A handle of its own, whose place in the directory is at the start.
        using RootDirectory listing = RootDirectory.Reopen(Root);
        var buffer = new byte[4096];
        while (true)
        {
            Libc.Getdents64(listing.Handle, buffer, out int length).ThrowIfFailed("getdents64", _path);
            if (length == 0)
            {
                return true;
            }
            if (new DirectoryRecords(buffer.AsSpan(0, length)).MoveNext())
            {
                return false;
            }
        }
    }

    private static byte[] Terminate(string path) => Encoding.UTF8.GetBytes(path + '\0');
}
