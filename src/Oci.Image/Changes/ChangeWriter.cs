using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Changes;

/// <summary>Writes the entries of one layer of differences, with the content of a directory that still is as it was captured.</summary>
internal sealed class ChangeWriter(TarWriter tar, PackOptions options, CancellationToken cancellationToken)
{
    private readonly TarHeader _header = new();
    private readonly FileContentWriter _content = new(tar);
    private readonly Dictionary<TreeNode, byte[]> _links = [];
    private readonly List<byte> _name = [];
    private long _entries;
    private long _bytes;
    private long _deletions;

    public async Task<PackResult> WriteAsync(RootDirectory root, CapturedTree captured, IEnumerable<TreeDifference> differences)
    {
        using var directories = new DirectoryTrail(root.Handle);
        foreach (TreeDifference difference in differences)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (difference.Kind == TreeChangeKind.Deleted)
            {
                await WriteWhiteoutAsync(difference).ConfigureAwait(false);
            }
            else
            {
                await WriteAsync(difference, difference.Node!, directories).ConfigureAwait(false);
            }
        }
        return new PackResult { Entries = _entries, Bytes = _bytes, Deletions = _deletions, SkippedSockets = captured.Sockets, FirstSkippedSocket = captured.FirstSocket };
    }

    private async ValueTask WriteWhiteoutAsync(TreeDifference difference)
    {
        ReadOnlyMemory<byte> leaf = DirectoryTrail.Leaf(difference.Path);
        bool isOpaque = difference.Node is null && leaf.Span.SequenceEqual(WhiteoutName.Opaque);
        _name.Clear();
        _name.AddRange(difference.Path.Span[..^leaf.Length]);
        if (!isOpaque)
        {
            ThrowIfWhiteout(leaf.Span, difference);
            _name.AddRange(WhiteoutName.Prefix);
        }
        _name.AddRange(leaf.Span);
        Reset(TarEntryType.File, _name.ToArray());
        // Nothing of a whiteout but its name means anything.
        _header.Mode = 0;
        _header.Uid = 0;
        _header.Gid = 0;
        _header.ModifiedTime = default;
        await tar.WriteEntryAsync(_header, cancellationToken).ConfigureAwait(false);
        _entries++;
        _deletions++;
    }

    private async ValueTask WriteAsync(TreeDifference difference, TreeNode node, DirectoryTrail directories)
    {
        ReadOnlyMemory<byte> path = difference.Path;
        if (path.IsEmpty)
        {
            directories.Check(node);
            FillHeader(node, "./"u8.ToArray());
            await tar.WriteEntryAsync(_header, cancellationToken).ConfigureAwait(false);
            _entries++;
            return;
        }
        ThrowIfWhiteout(DirectoryTrail.Leaf(path).Span, difference);
        FillHeader(node, path);
        if (node.NameCount > 1 && !_links.TryAdd(node, []))
        {
            _header.Type = TarEntryType.HardLink;
            _header.LinkName = _links[node];
            _header.Xattrs.Clear();
            _header.Size = 0;
            _header.DevMajor = 0;
            _header.DevMinor = 0;
        }
        else if (node.NameCount > 1)
        {
            _links[node] = path.ToArray();
        }
        if (_header.Type == TarEntryType.File)
        {
            await WriteFileAsync(path, node, directories).ConfigureAwait(false);
        }
        else
        {
            directories.Check(path, node);
            await tar.WriteEntryAsync(_header, cancellationToken).ConfigureAwait(false);
        }
        _entries++;
    }

    private async ValueTask WriteFileAsync(ReadOnlyMemory<byte> path, TreeNode node, DirectoryTrail directories)
    {
        using SafeFileHandle file = directories.OpenFile(path, node, out Libc.StatxTimestamp changed);
        try
        {
            await _content.WriteAsync(file, _header, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException exception)
        {
            throw new TreeChangedException(PathText.Describe(path.Span), "it was written to", exception);
        }
        directories.CheckUnchanged(path, node, changed);
        _bytes += node.Size;
    }

    private void FillHeader(TreeNode node, ReadOnlyMemory<byte> name)
    {
        Reset(node.Type, name);
        FileOwner owner = options.Owner ?? node.Owner;
        _header.LinkName = node.LinkTarget;
        _header.Size = node.Size;
        _header.Mode = node.Mode;
        _header.Uid = owner.Uid;
        _header.Gid = owner.Gid;
        TarTime time = node.ModifiedTime ?? default;
        _header.ModifiedTime = options.ToEntryTime(time.Seconds, time.Nanoseconds);
        _header.DevMajor = node.DevMajor;
        _header.DevMinor = node.DevMinor;
        foreach (TarXattr xattr in options.KeepXattrs ? node.Xattrs : [])
        {
            _header.Xattrs.Add(xattr);
        }
    }

    private void Reset(TarEntryType type, ReadOnlyMemory<byte> name)
    {
        _header.Type = type;
        _header.Name = name;
        _header.LinkName = default;
        _header.Size = 0;
        _header.DevMajor = 0;
        _header.DevMinor = 0;
        _header.Xattrs.Clear();
    }

    private static void ThrowIfWhiteout(ReadOnlySpan<byte> leaf, TreeDifference difference)
    {
        if (WhiteoutName.Is(leaf))
        {
            throw WhiteoutName.Refused(difference.PathForDisplay);
        }
    }
}
