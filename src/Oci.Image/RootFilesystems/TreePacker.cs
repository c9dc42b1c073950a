using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Image.Tar;

namespace Oci.Image.RootFilesystems;

/// <summary>One pack of one tree: walks it by handles and writes what it meets.</summary>
internal sealed class TreePacker(TarWriter tar, PackOptions options, CancellationToken cancellationToken)
{
    // One handle is held for each directory on the way down.
    public const int MaxDepth = 1024;

    private readonly PathBuffer _path = new();
    private readonly XattrReader _xattrs = new();
    private readonly TarHeader _header = new();
    private readonly Dictionary<(uint Major, uint Minor, ulong Inode), byte[]> _links = [];
    private readonly byte[] _target = new byte[Libc.PATH_MAX];
    private readonly FileContentWriter _content = new(tar);
    private Libc.FileStatus _root;
    private long _entries;
    private long _bytes;
    private long _sockets;
    private string? _firstSocket;

    public async Task<PackResult> PackAsync(SafeFileHandle root)
    {
        Libc.Statx(root, Libc.STATX_BASIC_STATS, out _root).ThrowIfFailed("statx", ".");
        if (options.Prefix.Length > 0)
        {
            _path.Append(options.Prefix);
        }
        if (options.IncludeRoot)
        {
            FillHeader(_root, _path.Length == 0 ? "./"u8.ToArray() : _path.Memory, root);
            await WriteAsync().ConfigureAwait(false);
        }
        await PackChildrenAsync(root, depth: 0).ConfigureAwait(false);
        return new PackResult { Entries = _entries, Bytes = _bytes, SkippedSockets = _sockets, FirstSkippedSocket = _firstSocket };
    }

    public static OciImageException TooDeep(string path) =>
        new($"The directory '{path}' lies {MaxDepth} directories deep, which is the most that is packed. Pack a part of the tree.");

    /// <summary>What a file other than a socket is in an archive.</summary>
    public static TarEntryType ToEntryType(in Libc.FileStatus status) => status.Type switch
    {
        Libc.S_IFDIR => TarEntryType.Directory,
        Libc.S_IFLNK => TarEntryType.SymbolicLink,
        Libc.S_IFIFO => TarEntryType.Fifo,
        Libc.S_IFCHR => TarEntryType.CharacterDevice,
        Libc.S_IFBLK => TarEntryType.BlockDevice,
        _ => TarEntryType.File,
    };

    // As a name in the directory that is packed, wherever in the image that goes.
    private string PathForDisplay => _path.Length == options.Prefix.Length ? "." : PathText.Describe(_path.Memory.Span[(options.Prefix.Length == 0 ? 0 : options.Prefix.Length + 1)..]);

    private async Task PackChildrenAsync(SafeFileHandle directory, int depth)
    {
        if (depth == MaxDepth)
        {
            throw TooDeep(PathForDisplay);
        }
        DirectoryListing listing = DirectoryListing.Read(directory, PathForDisplay);
        for (int i = 0; i < listing.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int before = _path.Append(listing[i][..^1]);
            if (options.Exclude is null || !options.Exclude(PathForDisplay))
            {
                await PackAsync(directory, listing, i, depth).ConfigureAwait(false);
            }
            _path.Cut(before);
        }
    }

    private async ValueTask PackAsync(SafeFileHandle directory, DirectoryListing listing, int index, int depth)
    {
        if (WhiteoutName.Is(listing[index]))
        {
            throw WhiteoutName.Refused(PathForDisplay);
        }
        // What the listing says saves a look at most names; what is opened is looked at then.
        uint type = listing.GetType(index) switch
        {
            Libc.DT_DIR => Libc.S_IFDIR,
            Libc.DT_REG => Libc.S_IFREG,
            _ => 0,
        };
        Libc.FileStatus status = default;
        if (type == 0)
        {
            ThrowIfFailed(Libc.Statx(directory, listing[index], Libc.STATX_BASIC_STATS, out status), "statx");
            type = status.Type;
        }
        switch (type)
        {
            case Libc.S_IFDIR:
                await PackDirectoryAsync(directory, listing, index, depth).ConfigureAwait(false);
                break;
            case Libc.S_IFSOCK:
                _sockets++;
                _firstSocket ??= PathForDisplay;
                break;
            case Libc.S_IFREG:
                await PackFileAsync(directory, listing, index).ConfigureAwait(false);
                break;
            default:
                FillHeader(status, _path.Memory, directory, listing[index]);
                if (!IsLinkToEarlier(status) && status.Type == Libc.S_IFLNK)
                {
                    ThrowIfFailed(Libc.Readlinkat(directory, listing[index], _target, out int length), "readlinkat");
                    _header.LinkName = _target.AsMemory(0, length);
                }
                await WriteAsync().ConfigureAwait(false);
                break;
        }
    }

    private async ValueTask PackDirectoryAsync(SafeFileHandle parent, DirectoryListing listing, int index, int depth)
    {
        using SafeFileHandle directory = Open(parent, listing[index], Libc.O_DIRECTORY, out Libc.FileStatus status);
        if (options.OneFileSystem && (status.stx_dev_major != _root.stx_dev_major || status.stx_dev_minor != _root.stx_dev_minor))
        {
            return;
        }
        FillHeader(status, _path.Memory, directory);
        await WriteAsync().ConfigureAwait(false);
        await PackChildrenAsync(directory, depth + 1).ConfigureAwait(false);
    }

    private async ValueTask PackFileAsync(SafeFileHandle parent, DirectoryListing listing, int index)
    {
        // O_NONBLOCK: were a FIFO put in the file's place by now, its opening would wait for a writer.
        using SafeFileHandle file = Open(parent, listing[index], Libc.O_NONBLOCK, out Libc.FileStatus status);
        if (status.Type != Libc.S_IFREG)
        {
            throw new InvalidDataException($"The file '{PathForDisplay}' was replaced while it was packed. Pack the directory when nothing writes to it.");
        }
        FillHeader(status, _path.Memory, file);
        if (IsLinkToEarlier(status))
        {
            await WriteAsync().ConfigureAwait(false);
            return;
        }
        _header.Size = (long)status.stx_size;
        await _content.WriteAsync(file, _header, cancellationToken).ConfigureAwait(false);
        _entries++;
        _bytes += _header.Size;
    }

    // A path becomes text only where a call failed.
    private void ThrowIfFailed(Errno errno, string syscall)
    {
        if (errno != Errno.None)
        {
            throw LinuxError.ToException(errno, syscall, PathForDisplay);
        }
    }

    private SafeFileHandle Open(SafeFileHandle parent, ReadOnlySpan<byte> name, int flags, out Libc.FileStatus status)
    {
        ThrowIfFailed(Libc.Openat(parent, name, Libc.O_RDONLY | Libc.O_NOFOLLOW | flags, 0, out SafeFileHandle? handle), "openat");
        Errno errno = Libc.Statx(handle!, Libc.STATX_BASIC_STATS, out status);
        if (errno != Errno.None)
        {
            handle!.Dispose();
            throw LinuxError.ToException(errno, "statx", PathForDisplay);
        }
        return handle!;
    }

    /// <summary>Makes the header of an open file or directory, or of a name in an open directory.</summary>
    private void FillHeader(in Libc.FileStatus status, ReadOnlyMemory<byte> path, SafeFileHandle handle, ReadOnlySpan<byte> name = default)
    {
        _header.Type = ToEntryType(status);
        _header.Name = path;
        _header.LinkName = default;
        _header.Size = 0;
        _header.Mode = status.stx_mode & 0xFFF;
        _header.DevMajor = status.stx_rdev_major;
        _header.DevMinor = status.stx_rdev_minor;
        _header.ModifiedTime = options.ToEntryTime(status.stx_mtime.tv_sec, (int)status.stx_mtime.tv_nsec);
        _header.Xattrs.Clear();
        FileOwner? noted = !options.KeepXattrs ? null
            : name.IsEmpty ? _xattrs.ReadOpen(handle, path.Span, _header.Xattrs)
            : _xattrs.Read(handle, name, _header.Xattrs);
        FileOwner owner = options.Owner ?? noted ?? IdMapping.Unmap(options.UidMappings, options.GidMappings, status.stx_uid, status.stx_gid, path.Span);
        _header.Uid = owner.Uid;
        _header.Gid = owner.Gid;
    }

    /// <summary>Makes the header that of a hardlink where another name of the file was packed before.</summary>
    private bool IsLinkToEarlier(in Libc.FileStatus status)
    {
        if (status.stx_nlink < 2)
        {
            return false;
        }
        (uint, uint, ulong) key = (status.stx_dev_major, status.stx_dev_minor, status.stx_ino);
        if (!_links.TryGetValue(key, out byte[]? first))
        {
            _links.Add(key, _path.Memory.ToArray());
            return false;
        }
        _header.Type = TarEntryType.HardLink;
        _header.LinkName = first;
        _header.Xattrs.Clear();
        return true;
    }

    private async ValueTask WriteAsync()
    {
        await tar.WriteEntryAsync(_header, cancellationToken).ConfigureAwait(false);
        _entries++;
    }
}
