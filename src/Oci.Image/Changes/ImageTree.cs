using System.Security.Cryptography;
using System.Buffers;
using Oci.Common.Linux;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Changes;

/// <summary>Applies layers to a tree in memory, as <see cref="LayerApplier"/> does to one on disk.</summary>
internal sealed partial class ImageTree
{
    private readonly TreeSnapshotOptions _options;
    private readonly SnapshotBudget _budget;
    private readonly EntryPath _path = new();
    private readonly EntryPath _linkPath = new();
    private readonly List<TarXattr> _xattrs = [];
    private readonly TreePaths _paths;
    private readonly Func<TreeNode> _makeImplied;
    private ulong _lastId;
    private LayerEntries? _added;
    private EntryOrigin _origin;

    public ImageTree(TreeSnapshotOptions options)
    {
        _options = options;
        _budget = new SnapshotBudget(options);
        _makeImplied = MakeImpliedDirectory;
        _paths = new TreePaths(MakeImpliedDirectory());
    }

    public TreeNode Root => _paths.Root;

    /// <summary>Applies one layer, the lowest first.</summary>
    /// <exception cref="UnpackException">An entry is refused.</exception>
    public async Task ApplyAsync(TarReader reader, ImageLayer layer, int layerIndex, CancellationToken cancellationToken)
    {
        // Below the lowest layer is nothing that whiteouts could hide.
        _added = layerIndex == 0 ? null : new LayerEntries();
        _origin = new EntryOrigin(layerIndex, -1);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            _origin = _origin with { Entry = _origin.Entry + 1 };
            TreeNode? file;
            try
            {
                file = Apply(reader.Entry);
            }
            catch (UnpackRefusal refusal)
            {
                throw UnpackException.Of(refusal, PathText.Describe(reader.Entry.Name), layer.Descriptor.Digest, layerIndex);
            }
            // The holes of a small archive may be exabytes, so that a sparse file goes without.
            if (file is not null && _options.ContentDigests && !reader.Entry.IsSparse)
            {
                file.ContentHash = await HashAsync(reader, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task<byte[]> HashAsync(TarReader reader, CancellationToken cancellationToken)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (true)
        {
            ReadOnlySequence<byte> content = await reader.ReadContentAsync(cancellationToken).ConfigureAwait(false);
            if (content.IsEmpty)
            {
                return hash.GetHashAndReset();
            }
            foreach (ReadOnlyMemory<byte> piece in content)
            {
                hash.AppendData(piece.Span);
            }
            reader.AdvanceContent(content.Length);
        }
    }

    /// <summary>Applies an entry; gives the file whose content follows.</summary>
    private TreeNode? Apply(TarEntry entry)
    {
        EntryChecks.Check(entry, _path, _options.AllowAbsoluteNames);
        if (_path.IsRoot)
        {
            SetDirectory(Root, entry);
            return null;
        }
        if (Whiteout.TryFind(_path, entry.Type, out Whiteout whiteout))
        {
            ApplyWhiteout(whiteout);
            return null;
        }
        TreeNode parent = OpenOrMakeParent();
        TreeNode? file = Make(parent, entry);
        _added?.Add(parent.Id, _path.Leaf);
        return file;
    }

    private TreeNode OpenOrMakeParent() => _paths.Resolve(_path.Parent, _makeImplied, out TreeNode? parent) switch
    {
        Errno.None => parent!,
        Errno.ENOTDIR => throw UnpackRefusal.ParentNotDirectory(),
        Errno.ELOOP => throw UnpackRefusal.LinkLoop(),
        _ => throw new UnpackRefusal(UnpackFailure.TooDeep, $"lies more than {TreeSnapshot.MaxDepth} directories deep, or in one with a name of more than {TreePaths.MaxNameLength} bytes"),
    };

    /// <summary>A directory that no entry describes: mode 0755, owner 0:0.</summary>
    private TreeNode MakeImpliedDirectory()
    {
        _budget.Take(0, 0, default);
        return new TreeNode { Type = TarEntryType.Directory, Mode = (ushort)DirectoryTable.DefaultMode, Children = new TreeChildren(), Id = ++_lastId };
    }
}
