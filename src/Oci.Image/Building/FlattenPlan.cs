using Oci.Image.Changes;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Building;

/// <summary>What goes into a flattened layer: all of a tree, or what is other in it than in the layers below.</summary>
internal sealed class FlattenPlan
{
    private readonly int _firstLayer;
    private readonly LowerTree? _lower;
    private readonly List<TarHeader> _directories = [];
    private readonly Dictionary<long, FlattenFile>[] _files;
    private readonly Dictionary<EntryOrigin, EntryPlace> _unchanged = [];
    private readonly List<(EntryPlace Place, EntryPlace Target)> _lowerLinks = [];

    /// <param name="root">The tree with all layers applied.</param>
    /// <param name="lower">The tree without those that are flattened; null where there is nothing below them.</param>
    /// <param name="layerCount">How many layers the image has.</param>
    /// <param name="firstLayer">The first that is flattened.</param>
    public FlattenPlan(TreeNode root, LowerTree? lower, int layerCount, int firstLayer)
    {
        _lower = lower;
        _firstLayer = firstLayer;
        _files = [.. Enumerable.Range(0, layerCount).Select(_ => new Dictionary<long, FlattenFile>())];
        AddDirectory(root, lower is null ? null : root, []);
        LinkToLower();
    }

    /// <summary>Directories, each before what is in it, with the whiteouts in it.</summary>
    public IReadOnlyList<TarHeader> Directories => _directories;

    /// <summary>Of each layer, which of its entries go into the new one.</summary>
    public IReadOnlyList<IReadOnlyDictionary<long, FlattenFile>> Files => _files;

    /// <summary>Hardlinks to names that the layers below have, and that stay.</summary>
    public IReadOnlyList<(EntryPlace Place, EntryPlace Target)> LowerLinks => _lowerLinks;

    /// <param name="node">A directory.</param>
    /// <param name="below">What the layers below have under its path, or null.</param>
    /// <param name="path">Its path.</param>
    private void AddDirectory(TreeNode node, TreeNode? below, byte[] path)
    {
        bool isSame = node == below;
        LowerDirectory? known = isSame ? _lower![node] : null;
        bool hides = below is not null && !isSame;
        // What no entry describes comes of what lies in it, where something does.
        bool needsEntry = node.Origin is not null || hides || (node.Children!.Count == 0 && path.Length > 0);
        if (isSame ? node.Origin != known!.Origin : needsEntry)
        {
            _directories.Add(CreateEntry(node, path));
        }
        if (hides && below!.IsDirectory)
        {
            // Of a directory that was deleted and made again, the layers below show nothing.
            AddWhiteout(path, WhiteoutName.Opaque);
        }
        KeyValuePair<byte[], TreeNode>[] lower = known?.Children ?? [];
        foreach ((byte[] name, _) in lower)
        {
            if (!node.Children!.TryGet(name, out _))
            {
                AddWhiteout(path, [.. WhiteoutName.Prefix, .. name]);
            }
        }
        int at = 0;
        foreach ((byte[] name, TreeNode child) in node.Children!.ToSorted())
        {
            while (at < lower.Length && lower[at].Key.AsSpan().SequenceCompareTo(name) < 0)
            {
                at++;
            }
            TreeNode? lowerChild = at < lower.Length && lower[at].Key.AsSpan().SequenceEqual(name) ? lower[at].Value : null;
            var place = new EntryPlace(path, name);
            if (child.IsDirectory)
            {
                AddDirectory(child, lowerChild, place.ToPath());
            }
            else if (child == lowerChild)
            {
                _unchanged.TryAdd(child.Origin!.Value, place);
            }
            else
            {
                AddFile(child.Origin!.Value, place);
            }
        }
    }

    private void AddWhiteout(byte[] directory, ReadOnlySpan<byte> name) =>
        _directories.Add(new TarHeader { Name = new EntryPlace(directory, name.ToArray()).ToPath() });

    private void AddFile(EntryOrigin origin, EntryPlace place)
    {
        if (_files[origin.Layer].TryGetValue(origin.Entry, out FlattenFile? file))
        {
            file.AddLink(place);
        }
        else
        {
            _files[origin.Layer].Add(origin.Entry, new FlattenFile(place));
        }
    }

    /// <summary>Makes new names of a file that the layers below still have links to it.</summary>
    private void LinkToLower()
    {
        for (int layer = 0; layer < _firstLayer; layer++)
        {
            foreach ((long entry, FlattenFile file) in _files[layer].ToArray())
            {
                if (_unchanged.TryGetValue(new EntryOrigin(layer, entry), out EntryPlace target))
                {
                    _files[layer].Remove(entry);
                    foreach (EntryPlace place in file.Links.Prepend(file.Place))
                    {
                        _lowerLinks.Add((place, target));
                    }
                }
            }
        }
        _unchanged.Clear();
    }

    private static TarHeader CreateEntry(TreeNode node, byte[] path)
    {
        var header = new TarHeader
        {
            Type = TarEntryType.Directory,
            Name = path.Length == 0 ? "./"u8.ToArray() : path,
            Mode = node.Mode,
            Uid = node.Owner.Uid,
            Gid = node.Owner.Gid,
            ModifiedTime = node.ModifiedTime ?? default,
        };
        foreach (TarXattr xattr in node.Xattrs)
        {
            header.Xattrs.Add(xattr);
        }
        return header;
    }
}
