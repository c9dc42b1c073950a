using System.Buffers;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.PortableFilesystems;

/// <summary>Applies layers, the lowest first, with what .NET can do on every system.</summary>
/// <remarks>
/// Symbolic links are made when all else is done, and names are resolved in memory until then: what is written goes
/// where it was meant to, whatever links an image makes. Costs about 300 bytes of memory an entry.
/// </remarks>
internal sealed partial class PortableApplier(string root, int layerCount, UnpackOptions options, PortableNames names, IProgress<UnpackProgress>? progress)
    : ILayerApplier
{
    private const int EntriesPerReport = 1024;
    private const long BytesPerReport = 8 << 20;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly PortableTree _tree = new(root);
    private readonly EntryPath _path = new();
    private readonly EntryPath _linkPath = new();
    private readonly UnpackNotices _notices = new();
    private int _layerIndex;
    private long _entries;
    private long _bytes;
    private long _nextReport = BytesPerReport;

    public UnpackResult Result => new() { Entries = _entries, Bytes = _bytes, Notices = _notices.ToList() };

    public async Task ApplyAsync(TarReader reader, UnpackLayer? layer, int layerIndex, CancellationToken cancellationToken)
    {
        _layerIndex = layerIndex;
        try
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                cancellationToken.ThrowIfCancellationRequested();
                await ApplyEntryAsync(reader, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (UnpackRefusal refusal)
        {
            throw UnpackException.Of(refusal, PathText.Describe(reader.Entry.Name), layer?.Descriptor.Digest, layerIndex);
        }
        Report();
    }

    private async ValueTask ApplyEntryAsync(TarReader reader, CancellationToken cancellationToken)
    {
        TarEntry entry = reader.Entry;
        using SafeFileHandle? file = Begin(entry);
        if (file is null)
        {
            return;
        }
        long end = 0;
        while (true)
        {
            ReadOnlySequence<byte> content = await reader.ReadContentAsync(cancellationToken).ConfigureAwait(false);
            if (content.IsEmpty)
            {
                break;
            }
            end = reader.ContentOffset;
            foreach (ReadOnlyMemory<byte> piece in content)
            {
                PortableFile.Write(file, piece, end);
                end += piece.Length;
                _bytes += piece.Length;
            }
            reader.AdvanceContent(content.Length);
            if (_bytes >= _nextReport)
            {
                _nextReport = _bytes + BytesPerReport;
                Report();
            }
        }
        PortableFile.Finish(file, end < entry.Size ? entry.Size : null, entry.Mode, entry.ModifiedTime);
    }

    /// <summary>Does all of an entry but for a file's content; gives the file that content is to be written to.</summary>
    private SafeFileHandle? Begin(TarEntry entry)
    {
        _entries++;
        if (_entries % EntriesPerReport == 0)
        {
            Report();
        }
        EntryChecks.Check(entry, _entries, _path, options);
        if (_path.IsRoot)
        {
            SetAttributes(_tree.Root, entry);
            return null;
        }
        if (Whiteout.TryFind(_path, entry.Type, out Whiteout whiteout))
        {
            Hide(whiteout);
            return null;
        }
        NoteLosses(entry);
        PortableNode parent = _tree.Resolve(_tree.Root, Text(_path.Parent), MakeDirectory, out bool isLoop)
            ?? throw (isLoop ? UnpackRefusal.LinkLoop() : UnpackRefusal.ParentNotDirectory());
        return Make(parent, Text(_path.Leaf), entry);
    }

    private SafeFileHandle? Make(PortableNode parent, string name, TarEntry entry)
    {
        if (entry.Type == TarEntryType.HardLink)
        {
            MakeHardLink(parent, name, entry);
            return null;
        }
        parent.Children!.TryGetValue(name, out PortableNode? present);
        if (entry.Type == TarEntryType.Directory)
        {
            SetAttributes(present?.Type == TarEntryType.Directory ? present : MakeDirectory(parent, name), entry);
            return null;
        }
        if (entry.Type == TarEntryType.SymbolicLink)
        {
            EntryChecks.CheckSymbolicLink(entry);
            SetAttributes(Add(parent, name, TarEntryType.SymbolicLink, Text(entry.LinkName)), entry);
            return null;
        }
        if (entry.Type is not (TarEntryType.File or TarEntryType.Fifo or TarEntryType.CharacterDevice or TarEntryType.BlockDevice))
        {
            throw UnpackRefusal.UnsupportedType(entry);
        }
        EntryChecks.CheckSize(entry.StoredSize, _bytes, options);
        if (entry.Type != TarEntryType.File)
        {
            _notices.Add(UnpackNoticeKind.DeviceReplaced, entry.Name);
        }
        PortableNode node = Add(parent, name, TarEntryType.File);
        SetAttributes(node, entry);
        return PortableFile.Create(node.Path);
    }

    // .NET makes no hardlinks on every system: the file is copied.
    private void MakeHardLink(PortableNode parent, string name, TarEntry entry)
    {
        EntryChecks.CheckHardLink(entry, _linkPath, options.AllowAbsoluteNames);
        PortableNode? target = _tree.Find(_tree.Root, Text(_linkPath.Parent))?.Children!.GetValueOrDefault(Text(_linkPath.Leaf));
        if (target is null)
        {
            throw UnpackRefusal.HardLinkTargetMissing(entry);
        }
        if (target.Type == TarEntryType.Directory)
        {
            throw UnpackRefusal.HardLinkToDirectory(entry);
        }
        if (ReferenceEquals(parent.Children!.GetValueOrDefault(name), target))
        {
            return;
        }
        long size = target.Type == TarEntryType.File ? PortableFile.Length(target.Path) : 0;
        EntryChecks.CheckSize(size, _bytes, options);
        PortableNode copy = Add(parent, name, target.Type, target.Target);
        copy.Mode = target.Mode;
        copy.ModifiedTime = target.ModifiedTime;
        if (target.Type == TarEntryType.File)
        {
            PortableFile.Copy(target, copy);
            _bytes += size;
            _notices.Add(UnpackNoticeKind.HardLinkCopied, entry.Name);
        }
    }

    private PortableNode MakeDirectory(PortableNode parent, string name)
    {
        if (parent.Depth + 1 > options.MaxDepth)
        {
            throw UnpackRefusal.TooDeep(options);
        }
        PortableNode made = Add(parent, name, TarEntryType.Directory);
        PortableFile.MakeDirectory(made.Path);
        return made;
    }

    /// <summary>Puts a new node under a name, in the place of what is there.</summary>
    private PortableNode Add(PortableNode parent, string name, TarEntryType type, string target = "")
    {
        if (parent.Children!.TryGetValue(name, out PortableNode? present))
        {
            Remove(present);
        }
        var node = new PortableNode(parent, name, parent.Reserve(name, names), type, target) { Layer = _layerIndex };
        if (names.MayCollide && Path.GetFileName(node.Path) != name)
        {
            _notices.Add(UnpackNoticeKind.NameChanged, Encoding.UTF8.GetBytes(PathOf(node)));
        }
        parent.Children.Add(name, node);
        return node;
    }

    private void Remove(PortableNode node)
    {
        PortableFile.Delete(node);
        node.Parent!.Remove(node, names);
    }

    private void SetAttributes(PortableNode node, TarEntry entry)
    {
        node.Layer = _layerIndex;
        node.Mode = entry.Mode;
        node.ModifiedTime = entry.ModifiedTime;
    }

    private void Hide(in Whiteout whiteout)
    {
        PortableNode? parent = _tree.Find(_tree.Root, Text(_path.Parent));
        if (parent is null)
        {
            return;
        }
        if (whiteout.IsOpaque)
        {
            HideChildren(parent);
        }
        else if (parent.Children!.TryGetValue(Text(whiteout.Hidden), out PortableNode? hidden))
        {
            Hide(hidden);
        }
    }

    /// <summary>Removes what lower layers put there, and spares what this layer did.</summary>
    private void Hide(PortableNode node)
    {
        if (node.Children is not null)
        {
            HideChildren(node);
        }
        if (node.Layer == _layerIndex)
        {
            return;
        }
        if (node.Children is { Count: > 0 })
        {
            node.Mode = PortableNode.DefaultMode;
            node.ModifiedTime = null;
            return;
        }
        Remove(node);
    }

    private void HideChildren(PortableNode directory)
    {
        foreach (PortableNode child in directory.Children!.Values.ToArray())
        {
            Hide(child);
        }
    }

    private void NoteLosses(TarEntry entry)
    {
        if ((entry.Uid != 0 || entry.Gid != 0) && options.Ownership != OwnershipPolicy.Ignore)
        {
            _notices.Add(UnpackNoticeKind.OwnerLost, entry.Name);
        }
        foreach (TarXattr _ in entry.Xattrs)
        {
            _notices.Add(UnpackNoticeKind.XattrRefused, entry.Name);
        }
    }

    public void Dispose()
    {
        // Nothing is held open.
    }

    private void Report() => progress?.Report(new UnpackProgress(_layerIndex, layerCount, _entries, _bytes));

    private static string Text(ReadOnlySpan<byte> name)
    {
        try
        {
            return s_strict.GetString(name.TrimEnd((byte)0));
        }
        catch (DecoderFallbackException e)
        {
            throw new UnpackRefusal(UnpackFailure.InvalidName, $"has a name ('{PathText.Describe(name)}') that is not UTF-8, which names are here", e);
        }
    }
}
