namespace Oci.Image.Changes;

/// <summary>Finds files that have other hardlinks than before.</summary>
/// <remarks>
/// A file of the later tree may stay as the layers below have it if all its names led to one file before, and no other
/// file of the later tree stays in that one's place. Else all its names are written, the first with the content: a link
/// to a name of a lower layer would fail where layers are unpacked each by itself, as overlayfs has them.
/// </remarks>
internal sealed class HardLinkComparer(TreeNode before, TreeNode after)
{
    // A file of the later tree with its one file of the earlier tree, or null where its names led to several or none.
    private readonly Dictionary<TreeNode, TreeNode?> _origins = [];
    private readonly List<TreeNode> _order = [];

    public HashSet<TreeNode> FindChanged()
    {
        var pending = new Stack<(TreeNode? Before, TreeNode After)>();
        pending.Push((before, after));
        while (pending.TryPop(out (TreeNode? Before, TreeNode After) directory))
        {
            foreach ((byte[] name, TreeNode node) in directory.After.Children!.ToSorted())
            {
                TreeNode? origin = null;
                directory.Before?.Children?.TryGet(name, out origin);
                if (node.IsDirectory)
                {
                    pending.Push((origin, node));
                }
                else if (node.NameCount > 1 || origin is { NameCount: > 1 })
                {
                    Note(node, origin);
                }
            }
        }
        var changed = new HashSet<TreeNode>();
        var taken = new HashSet<TreeNode>();
        foreach (TreeNode node in _order)
        {
            if (_origins[node] is not TreeNode origin || !taken.Add(origin))
            {
                changed.Add(node);
            }
        }
        return changed;
    }

    private void Note(TreeNode node, TreeNode? origin)
    {
        if (_origins.TryAdd(node, origin))
        {
            _order.Add(node);
        }
        else if (_origins[node] != origin)
        {
            _origins[node] = null;
        }
    }
}
