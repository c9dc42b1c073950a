using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Changes;

/// <summary>Gives what an upper directory of overlayfs says, in the order of a layer.</summary>
/// <param name="upper">The upper directory, with its marks.</param>
/// <param name="below">What the lower layers make together, where it is known: whiteouts of what is not there are then left out.</param>
internal sealed class UpperWalk(TreeSnapshot upper, TreeSnapshot? below)
{
    private readonly PathBuffer _path = new();

    /// <summary>As <see cref="TreeComparer.Enumerate"/>; an opaque directory is followed by an opaque whiteout, whose path ends with its name.</summary>
    /// <param name="withRoot">Whether the upper directory itself is given.</param>
    public IEnumerable<TreeDifference> Enumerate(bool withRoot)
    {
        if (withRoot)
        {
            yield return new TreeDifference(TreeChangeKind.Modified, default, upper.Root);
        }
        var open = new Stack<Level>();
        open.Push(MakeLevel(upper.Root, below?.Root));
        if (upper.Root.IsOpaque && Hides(below?.Root))
        {
            yield return OpaqueWhiteout();
            _path.Cut(0);
        }
        while (open.TryPeek(out Level? level))
        {
            if (level.Next == level.Names.Length)
            {
                open.Pop();
                continue;
            }
            (byte[] name, TreeNode node) = level.Names[level.Next++];
            _path.Cut(level.End);
            _path.Append(name);
            TreeNode? hidden = null;
            bool isBelow = level.Below is not null && level.Below.Children!.TryGet(name, out hidden);
            if (node.Type == TarEntryType.None)
            {
                // Without knowing what is below, every whiteout has to be taken at its word.
                if (below is null || isBelow)
                {
                    yield return new TreeDifference(TreeChangeKind.Deleted, _path.Memory, hidden);
                }
                continue;
            }
            yield return new TreeDifference(isBelow ? TreeChangeKind.Modified : TreeChangeKind.Added, _path.Memory, node);
            if (node.IsDirectory)
            {
                open.Push(MakeLevel(node, node.IsOpaque ? null : hidden));
                if (node.IsOpaque && Hides(hidden))
                {
                    yield return OpaqueWhiteout();
                }
            }
        }
    }

    private bool Hides(TreeNode? hidden) => below is null || hidden is { Children.Count: > 0 };

    private TreeDifference OpaqueWhiteout()
    {
        _path.Append(WhiteoutName.Opaque);
        return new TreeDifference(TreeChangeKind.Deleted, _path.Memory, null);
    }

    private Level MakeLevel(TreeNode node, TreeNode? hidden)
    {
        KeyValuePair<byte[], TreeNode>[] names = node.Children!.ToSorted();
        // Whiteouts first; the sort keeps no order of equals, so names decide again.
        Array.Sort(names, (a, b) =>
        {
            int byKind = (a.Value.Type != TarEntryType.None).CompareTo(b.Value.Type != TarEntryType.None);
            return byKind != 0 ? byKind : a.Key.AsSpan().SequenceCompareTo(b.Key);
        });
        return new Level(_path.Length, names, hidden is { IsDirectory: true } ? hidden : null);
    }

    private sealed record Level(int End, KeyValuePair<byte[], TreeNode>[] Names, TreeNode? Below)
    {
        public int Next { get; set; }
    }
}
