using System.Text;
using Oci.Common.Linux;

namespace Oci.Image.RootFilesystems;

/// <summary>A directory of Linux, known by its handle.</summary>
internal sealed class UnpackTarget : IUnpackTarget
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

    public ILayerApplier Open(int layerCount, UnpackOptions options, IProgress<UnpackProgress>? progress)
    {
        Root.WalksByComponent = options.WalksByComponent;
        return new LayerApplier(Root, layerCount, options, progress);
    }

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
            throw UnpackException.NoTarget(full, exception);
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
                throw UnpackException.NotEmpty(path);
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
