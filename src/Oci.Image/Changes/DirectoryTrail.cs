using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Changes;

/// <summary>Finds captured files again, in the order of their paths: by the handles of the directories on the way, none of them followed.</summary>
internal sealed class DirectoryTrail(SafeFileHandle root) : IDisposable
{
    private readonly List<(byte[] Name, SafeFileHandle Handle, OwnerAccess? Access)> _open = [];
    private readonly byte[] _leaf = new byte[256];

    /// <summary>The last name of a path.</summary>
    public static ReadOnlyMemory<byte> Leaf(ReadOnlyMemory<byte> path) => path[(path.Span.LastIndexOf((byte)'/') + 1)..];

    /// <summary>Checks that the root is as it was captured.</summary>
    /// <exception cref="TreeChangedException">It is not.</exception>
    public void Check(TreeNode node)
    {
        Libc.Statx(root, Libc.STATX_BASIC_STATS, out Libc.FileStatus status).ThrowIfFailed("statx", ".");
        ThrowUnlessSame(default, node, status);
    }

    /// <summary>Checks that what is under a path is what was captured.</summary>
    /// <exception cref="TreeChangedException">It is not.</exception>
    public void Check(ReadOnlyMemory<byte> path, TreeNode node) => ThrowUnlessSame(path.Span, node, Look(path));

    /// <summary>Opens a file that is as it was captured.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="node">What it was.</param>
    /// <param name="changed">The time of its last change in any way (ctime), for <see cref="CheckUnchanged"/>.</param>
    /// <exception cref="TreeChangedException">It is another by now.</exception>
    public SafeFileHandle OpenFile(ReadOnlyMemory<byte> path, TreeNode node, out Libc.StatxTimestamp changed)
    {
        SafeFileHandle? file;
        using (OwnerAccess.Take(OpenParent(path), Name(path), Look(path)))
        {
            // O_NONBLOCK: were a FIFO put in the file's place by now, its opening would wait for a writer.
            Errno errno = Libc.Openat(OpenParent(path), Name(path), Libc.O_RDONLY | Libc.O_NOFOLLOW | Libc.O_NONBLOCK, 0, out file);
            ThrowIfGone(errno, "openat", path.Span);
        }
        try
        {
            Libc.Statx(file!, Libc.STATX_BASIC_STATS, out Libc.FileStatus status).ThrowIfFailed("statx", path.Span);
            ThrowUnlessSame(path.Span, node, status);
            changed = status.stx_ctime;
            return file!;
        }
        catch
        {
            file!.Dispose();
            throw;
        }
    }

    /// <summary>Checks that a file was not written to or replaced while it was read.</summary>
    /// <exception cref="TreeChangedException">It was.</exception>
    public void CheckUnchanged(ReadOnlyMemory<byte> path, TreeNode node, Libc.StatxTimestamp changed)
    {
        Libc.FileStatus status = Look(path);
        ThrowUnlessSame(path.Span, node, status);
        if (!status.stx_ctime.Equals(changed))
        {
            throw new TreeChangedException(PathText.Describe(path.Span), "it was written to while it was read");
        }
    }

    public void Dispose() => Cut(0);

    private Libc.FileStatus Look(ReadOnlyMemory<byte> path)
    {
        ThrowIfGone(Libc.Statx(OpenParent(path), Name(path), Libc.STATX_BASIC_STATS, out Libc.FileStatus status), "statx", path.Span);
        return status;
    }

    private SafeFileHandle OpenParent(ReadOnlyMemory<byte> path)
    {
        ReadOnlySpan<byte> left = path.Span;
        for (int depth = 0; ; depth++)
        {
            int slash = left.IndexOf((byte)'/');
            if (slash < 0)
            {
                Cut(depth);
                return depth == 0 ? root : _open[depth - 1].Handle;
            }
            ReadOnlySpan<byte> name = left[..slash];
            left = left[(slash + 1)..];
            if (depth < _open.Count && _open[depth].Name.AsSpan().SequenceEqual(name))
            {
                continue;
            }
            Cut(depth);
            SafeFileHandle parent = depth == 0 ? root : _open[depth - 1].Handle;
            ReadOnlySpan<byte> pathOfName = path.Span[..^(left.Length + 1)];
            ThrowIfGone(Libc.Statx(parent, Terminate(name), Libc.STATX_BASIC_STATS, out Libc.FileStatus status), "statx", pathOfName);
            ThrowIfGone(Libc.Openat(parent, Terminate(name), Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_NOFOLLOW, 0, out SafeFileHandle? handle), "openat", pathOfName);
            _open.Add((name.ToArray(), handle!, OwnerAccess.Take(parent, Terminate(name), status)));
        }
    }

    private void Cut(int depth)
    {
        for (int i = _open.Count - 1; i >= depth; i--)
        {
            _open[i].Access?.Dispose();
            _open[i].Handle.Dispose();
            _open.RemoveAt(i);
        }
    }

    private ReadOnlySpan<byte> Name(ReadOnlyMemory<byte> path) => Terminate(Leaf(path).Span);

    private ReadOnlySpan<byte> Terminate(ReadOnlySpan<byte> name)
    {
        name.CopyTo(_leaf);
        _leaf[name.Length] = 0;
        return _leaf.AsSpan(0, name.Length + 1);
    }

    private static void ThrowIfGone(Errno errno, string syscall, ReadOnlySpan<byte> path)
    {
        if (errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)
        {
            throw new TreeChangedException(PathText.Describe(path), "it was removed or replaced", LinuxError.ToException(errno, syscall, path));
        }
        errno.ThrowIfFailed(syscall, path);
    }

    private static void ThrowUnlessSame(ReadOnlySpan<byte> path, TreeNode node, in Libc.FileStatus status)
    {
        bool isSame = TreePacker.ToEntryType(status) == node.Type && (status.stx_mode & 0xFFF) == node.Mode
            && (node.Type != TarEntryType.File || (long)status.stx_size == node.Size)
            && (node.ModifiedTime is null || node.ModifiedTime == new TarTime(status.stx_mtime.tv_sec, (int)status.stx_mtime.tv_nsec));
        if (!isSame)
        {
            throw new TreeChangedException(path.IsEmpty ? "." : PathText.Describe(path), "its type, mode, size or time is another");
        }
    }
}
