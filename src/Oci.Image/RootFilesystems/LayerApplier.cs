using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Image.Tar;

namespace Oci.Image.RootFilesystems;

/// <summary>Applies layers with the system calls of Linux, with all that entries can have.</summary>
/// <remarks>
/// Every name is resolved in the root to its parent's handle, and all that is done is done by that handle. What
/// exists under a name is removed and never written through; only a directory for a directory stays.
/// </remarks>
internal sealed partial class LayerApplier : ILayerApplier
{
    // Someone else may put names in our way; after this many in a row it is an attack or a fault, not chance.
    private const int MaxRaces = 100;

    private const int EntriesPerReport = 1024;
    private const long BytesPerReport = 8 << 20;

    private readonly RootDirectory _root;
    private readonly UnpackOptions _options;
    private readonly IProgress<UnpackProgress>? _progress;
    private readonly int _layerCount;
    private readonly DirectoryTable _directories = new();
    private readonly UnpackNotices _notices = new();
    private readonly OwnershipWriter _ownership;
    private readonly XattrWriter _xattrs;
    private readonly EntryPath _path = new();
    private readonly EntryPath _linkPath = new();
    private readonly ParentDirectories _parents;
    private readonly ParentDirectories _linkParents;
    private readonly TreeRemover _replacer;
    private readonly DirectoryMade _directoryMade;
    private readonly ulong _rootInode;
    private readonly LayerEntries? _hidden;
    private TreeRemover? _whiteouts;
    private LayerEntries? _added;
    private UnpackLayer? _layer;
    private int _layerIndex;
    private bool _pathsChanged;
    private string? _entryName;
    private byte[] _target = new byte[256];
    private long _entries;
    private long _implied;
    private long _aclBytes;
    private long _bytes;
    private long _nextReport = BytesPerReport;

    /// <summary>Makes an applier for a root that is empty. The root stays the caller's.</summary>
    /// <exception cref="UnpackException">The root cannot be given to its owner.</exception>
    public LayerApplier(RootDirectory root, int layerCount, UnpackOptions options, IProgress<UnpackProgress>? progress)
    {
        _root = root;
        _options = options;
        _progress = progress;
        _layerCount = layerCount;
        _ownership = new OwnershipWriter(options, _notices);
        _xattrs = new XattrWriter(_notices);
        _batch = new FileBatch(_ownership);
        _spare = new FileBatch(_ownership);
        _parents = new ParentDirectories(root);
        _linkParents = new ParentDirectories(root);
        _replacer = new TreeRemover(_directories);
        _directoryMade = OnDirectoryMade;
        _hidden = options.ForOverlay ? new LayerEntries() : null;
        try
        {
            Libc.Statx(root.Handle, Libc.STATX_INO, out Libc.FileStatus status).ThrowIfFailed("statx");
            _rootInode = status.stx_ino;
            _ownership.ApplyDefault(root.Handle, "."u8);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Refused(exception);
        }
        _directories.Add(_rootInode, depth: 0);
    }

    public UnpackResult Result => new()
    {
        Entries = _entries,
        Bytes = _bytes,
        Notices = _notices.ToList(),
        HasRootEntry = _directories.HasEntry(_rootInode),
        HasImpliedDirectories = _directories.CountImplied() > (_directories.HasEntry(_rootInode) ? 0 : 1),
    };

    public async Task ApplyAsync(TarReader reader, UnpackLayer? layer, int layerIndex, CancellationToken cancellationToken)
    {
        _layer = layer;
        _layerIndex = layerIndex;
        _added = layerIndex == 0 ? null : new LayerEntries();
        _whiteouts = _added is null ? null : new TreeRemover(_directories, _added, OnDirectorySpared);
        try
        {
            await ApplyEntriesAsync(reader, cancellationToken).ConfigureAwait(false);
            await DrainAsync().ConfigureAwait(false);
        }
        catch when (_options.KeepOnFailure)
        {
            await WriteRestAsync().ConfigureAwait(false);
            throw;
        }
        Report();
    }

    private async Task ApplyEntriesAsync(TarReader reader, CancellationToken cancellationToken)
    {
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            TarEntry entry = reader.Entry;
            if (Begin(entry) is SafeFileHandle file)
            {
                await (CanWriteBehind(entry)
                    ? WriteBehindAsync(reader, file, cancellationToken)
                    : WriteAsync(reader, file, cancellationToken)).ConfigureAwait(false);
            }
        }
    }

    public void Finish(CancellationToken cancellationToken)
    {
        _parents.Forget();
        _linkParents.Forget();
        _entryName = null;
        _layer = null;
        try
        {
            new DirectoryFinisher(_directories, _xattrs, cancellationToken).Finish(_root.Handle);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Refused(exception);
        }
    }

    public void Dispose()
    {
        StopWriting();
        _parents.Dispose();
        _linkParents.Dispose();
    }

    /// <summary>Does all of an entry but for a file's content; gives the file that content is to be written to.</summary>
    private SafeFileHandle? Begin(TarEntry entry)
    {
        _entryName = null;
        try
        {
            return BeginCore(entry);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _entryName = PathText.Describe(entry.Name);
            throw Refused(exception);
        }
        catch (UnpackRefusal refusal)
        {
            _entryName = PathText.Describe(entry.Name);
            throw Fail(refusal);
        }
    }

    private SafeFileHandle? BeginCore(TarEntry entry)
    {
        _entries++;
        if (_entries % EntriesPerReport == 0)
        {
            Report();
        }
        if (_pathsChanged)
        {
            _parents.Forget();
            _linkParents.Forget();
            _pathsChanged = false;
        }
        EntryChecks.Check(entry, _entries + _implied, _path, _options);
        if (_path.IsRoot)
        {
            SetRoot(entry);
            return null;
        }
        if (Whiteout.TryFind(_path, entry.Type, out Whiteout whiteout))
        {
            ApplyWhiteout(whiteout);
            return null;
        }
        OpenParent();
        SafeFileHandle? file = Make(entry);
        _added?.Add(_parents.Inode, _path.Leaf);
        return file;
    }

    private void OpenParent()
    {
        Errno errno = _parents.Open(_path.Parent, _directoryMade);
        if (errno != Errno.None)
        {
            ThrowIfLowerDecides(errno is Errno.ENOTDIR or Errno.ELOOP);
            throw errno switch
            {
                Errno.ENOTDIR => UnpackRefusal.ParentNotDirectory(),
                Errno.ELOOP => UnpackRefusal.LinkLoop(),
                _ => LinuxError.ToException(errno, "openat2", _path.Parent),
            };
        }
    }

    /// <summary>Makes way for a new inode under the entry's name.</summary>
    private void Replace()
    {
        _pathsChanged = true;
        _replacer.Remove(_parents.Handle, _parents.Inode, _path.Leaf);
    }

    /// <summary>After a call that makes a name: true where the name was in use, is free now, and the call is to be made again.</summary>
    private bool MustTryAgain(Errno errno, string syscall, ReadOnlySpan<byte> entryName, ref int tries)
    {
        if (errno == Errno.EEXIST && ++tries < MaxRaces)
        {
            Replace();
            return true;
        }
        errno.ThrowIfFailed(syscall, entryName);
        return false;
    }

    private void OnDirectoryMade(SafeFileHandle parent, SafeFileHandle directory, ReadOnlySpan<byte> name)
    {
        Libc.Statx(parent, Libc.STATX_INO, out Libc.FileStatus above).ThrowIfFailed("statx", name);
        Libc.Statx(directory, Libc.STATX_INO, out Libc.FileStatus status).ThrowIfFailed("statx", name);
        NoteDirectory(status.stx_ino, above.stx_ino);
        EntryChecks.CheckCount(_entries + ++_implied, _options);
        _ownership.ApplyDefault(directory, name);
    }

    private void OnDirectorySpared(SafeFileHandle directory, ulong inode)
    {
        _directories.Reset(inode);
        XattrWriter.Clear(directory, default);
        _ownership.ApplyDefault(directory, default);
    }

    private void NoteDirectory(ulong inode, ulong parentInode)
    {
        int depth = _directories.GetDepth(parentInode) + 1;
        if (depth > _options.MaxDepth)
        {
            throw UnpackRefusal.TooDeep(_options);
        }
        _directories.Add(inode, depth);
    }

    private void Report() => _progress?.Report(new UnpackProgress(_layerIndex, _layerCount, _entries, _bytes));

    private UnpackException Refused(Exception exception) =>
        Fail(Refusal(exception));

    private static UnpackRefusal Refusal(Exception exception) =>
        new(UnpackFailure.FileSystem, $"could not be unpacked: {exception.Message}", exception);

    private UnpackException Fail(UnpackRefusal refusal) => UnpackException.Of(refusal, _entryName, _layer?.Descriptor.Digest, _layerIndex);
}
