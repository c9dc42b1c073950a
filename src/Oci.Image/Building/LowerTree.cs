using Oci.Image.Changes;

namespace Oci.Image.Building;

/// <summary>What the layers below those that are flattened have, as it is before these are applied to the same nodes.</summary>
/// <remarks>A node that is no directory never changes: it is replaced. So it is enough to remember which names a directory had.</remarks>
internal sealed class LowerTree
{
    private readonly Dictionary<TreeNode, LowerDirectory> _directories = new(ReferenceEqualityComparer.Instance);

    public LowerTree(TreeNode root)
    {
        var left = new Stack<TreeNode>([root]);
        while (left.TryPop(out TreeNode? node))
        {
            KeyValuePair<byte[], TreeNode>[] children = node.Children!.ToSorted();
            _directories.Add(node, new LowerDirectory(node.Origin, children));
            foreach ((_, TreeNode child) in children)
            {
                if (child.IsDirectory)
                {
                    left.Push(child);
                }
            }
        }
    }

    /// <summary>A directory as it was.</summary>
    public LowerDirectory this[TreeNode node] => _directories[node];
}
