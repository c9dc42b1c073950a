using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Changes;

/// <summary>Takes the state of one directory: walks it by handles and follows nothing.</summary>
/// <param name="options">What to hold.</param>
/// <param name="overlay">Reads the marks of overlayfs where the directory is an upper one; else null.</param>
/// <param name="cancellationToken">Ends the work.</param>
internal sealed class TreeCapture(TreeSnapshotOptions options, UpperMarkReader? overlay, CancellationToken cancellationToken)
{
    private readonly PathBuffer _path = new();
    private readonly XattrReader _xattrReader = new();
    private readonly List<TarXattr> _xattrs = [];
    private readonly SnapshotBudget _budget = new(options);
    private readonly Dictionary<(uint Major, uint Minor, ulong Inode), TreeNode> _links = [];
    private readonly byte[] _target = new byte[Libc.PATH_MAX];
    private readonly byte[] _content = options.ContentDigests ? new byte[128 * 1024] : [];
    private Libc.FileStatus _root;
    private long _sockets;
    private string? _firstSocket;

    public CapturedTree Capture(SafeFileHandle root)
    {
        Libc.Statx(root, Libc.STATX_BASIC_STATS, out _root).ThrowIfFailed("statx", ".");
        UpperMarks marks = overlay?.Read(root, ".\0"u8, _root, _path.Memory.Span, default) ?? default;
        TreeNode node = MakeNode(root, ".\0"u8, _root, marks, new TreeChildren());
        CaptureChildren(root, node.Children!, marks, depth: 0);
        return new CapturedTree(new TreeSnapshot(node, options.ContentDigests), _sockets, _firstSocket);
    }

    private string PathForDisplay => _path.Length == 0 ? "." : PathText.Describe(_path.Memory.Span);

    private void CaptureChildren(SafeFileHandle directory, TreeChildren children, UpperMarks marks, int depth)
    {
        if (depth == TreeSnapshot.MaxDepth)
        {
            throw new OciImageException($"The directory '{PathForDisplay}' lies {TreeSnapshot.MaxDepth} directories deep, which is the most that a snapshot holds.");
        }
        DirectoryListing listing = DirectoryListing.Read(directory, PathForDisplay);
        for (int i = 0; i < listing.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int before = _path.Append(listing[i][..^1]);
            if (options.Exclude?.Invoke(PathForDisplay) != true && CaptureChild(directory, listing[i], marks, depth) is TreeNode node)
            {
                children.Set(listing[i][..^1], node);
            }
            _path.Cut(before);
        }
    }

    private TreeNode? CaptureChild(SafeFileHandle directory, ReadOnlySpan<byte> name, UpperMarks above, int depth)
    {
        ThrowIfGone(Libc.Statx(directory, name, Libc.STATX_BASIC_STATS, out Libc.FileStatus status), "statx");
        if (status.Type == Libc.S_IFSOCK)
        {
            _sockets++;
            _firstSocket ??= PathForDisplay;
            return null;
        }
        using OwnerAccess? access = OwnerAccess.Take(directory, name, status);
        if (status.Type == Libc.S_IFDIR)
        {
            return CaptureDirectory(directory, name, status, depth);
        }
        (uint, uint, ulong) key = (status.stx_dev_major, status.stx_dev_minor, status.stx_ino);
        if (status.stx_nlink > 1 && _links.TryGetValue(key, out TreeNode? node))
        {
            _budget.Take(name.Length, 0, default);
            return node;
        }
        UpperMarks marks = overlay?.Read(directory, name, status, _path.Memory.Span, above) ?? default;
        node = MakeNode(directory, name, status, marks, children: null);
        if (status.stx_nlink > 1)
        {
            _links.Add(key, node);
        }
        return node;
    }

    private TreeNode CaptureDirectory(SafeFileHandle parent, ReadOnlySpan<byte> name, in Libc.FileStatus status, int depth)
    {
        ThrowIfGone(Libc.Openat(parent, name, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW, 0, out SafeFileHandle? opened), "openat");
        using SafeFileHandle directory = opened!;
        Libc.Statx(directory, Libc.STATX_INO, out Libc.FileStatus found).ThrowIfFailed("statx", name);
        if (found.stx_ino != status.stx_ino)
        {
            throw new TreeChangedException(PathForDisplay, "it was replaced");
        }
        UpperMarks marks = overlay?.Read(parent, name, status, _path.Memory.Span, default) ?? default;
        TreeNode node = MakeNode(parent, name, status, marks, new TreeChildren());
        if (!node.IsPassedOver)
        {
            CaptureChildren(directory, node.Children!, marks, depth + 1);
        }
        return node;
    }

    private TreeNode MakeNode(SafeFileHandle directory, ReadOnlySpan<byte> name, in Libc.FileStatus status, UpperMarks marks, TreeChildren? children)
    {
        ReadOnlySpan<byte> target = default;
        if (status.Type == Libc.S_IFLNK)
        {
            ThrowIfGone(Libc.Readlinkat(directory, name, _target, out int length), "readlinkat");
            target = _target.AsSpan(0, length);
        }
        _xattrs.Clear();
        FileOwner? noted = _xattrReader.Read(directory, name, _xattrs);
        TarXattr[] xattrs = options.KeepXattrs ? TreeNode.Sorted(_xattrs) : [];
        _budget.Take(name.Length, target.Length, xattrs);
        bool isFile = status.Type == Libc.S_IFREG;
        return new TreeNode
        {
            Type = (marks & UpperMarks.Whiteout) != 0 ? TarEntryType.None : TreePacker.ToEntryType(status),
            Mode = (ushort)(status.stx_mode & 0xFFF),
            Owner = noted ?? IdMapping.Unmap(options.UidMappings, options.GidMappings, status.stx_uid, status.stx_gid, _path.Memory.Span),
            ModifiedTime = new TarTime(status.stx_mtime.tv_sec, (int)status.stx_mtime.tv_nsec),
            Size = isFile ? (long)status.stx_size : 0,
            DevMajor = status.stx_rdev_major,
            DevMinor = status.stx_rdev_minor,
            LinkTarget = target.ToArray(),
            Xattrs = xattrs,
            ContentHash = isFile && options.ContentDigests ? Hash(directory, name, status) : null,
            Children = children,
            IsOpaque = (marks & UpperMarks.Opaque) != 0,
            IsPassedOver = children is not null && options.OneFileSystem
                && (status.stx_dev_major != _root.stx_dev_major || status.stx_dev_minor != _root.stx_dev_minor),
        };
    }

    private byte[] Hash(SafeFileHandle directory, ReadOnlySpan<byte> name, in Libc.FileStatus expected)
    {
        // O_NONBLOCK: were a FIFO put in the file's place by now, its opening would wait for a writer.
        ThrowIfGone(Libc.Openat(directory, name, Libc.O_RDONLY | Libc.O_NOFOLLOW | Libc.O_NONBLOCK, 0, out SafeFileHandle? opened), "openat");
        using SafeFileHandle file = opened!;
        Libc.Statx(file, Libc.STATX_BASIC_STATS, out Libc.FileStatus start).ThrowIfFailed("statx", name);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long read = 0;
        for (int more = -1; more != 0; read += more)
        {
            cancellationToken.ThrowIfCancellationRequested();
            more = RandomAccess.Read(file, _content, read);
            hash.AppendData(_content, 0, more);
        }
        Libc.Statx(file, Libc.STATX_BASIC_STATS, out Libc.FileStatus status).ThrowIfFailed("statx", name);
        bool isSame = status.stx_ino == expected.stx_ino && read == (long)expected.stx_size && status.Type == Libc.S_IFREG
            && status.stx_mtime.Equals(expected.stx_mtime) && status.stx_ctime.Equals(start.stx_ctime);
        return isSame ? hash.GetHashAndReset() : throw new TreeChangedException(PathForDisplay, "it was written to or replaced while it was read");
    }

    private void ThrowIfGone(Errno errno, string syscall)
    {
        if (errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP or Errno.EINVAL)
        {
            throw new TreeChangedException(PathForDisplay, "it was removed or replaced", LinuxError.ToException(errno, syscall, PathForDisplay));
        }
        if (errno != Errno.None)
        {
            throw LinuxError.ToException(errno, syscall, PathForDisplay);
        }
    }
}
