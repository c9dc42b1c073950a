namespace Oci.Image.Changes;

/// <summary>Walks a tree in the order of a layer: a directory before what is in it, names by their bytes.</summary>
internal static class TreeWalk
{
    public static IEnumerable<TreeStep> Enumerate(TreeNode root)
    {
        yield return new TreeStep(0, [], root);
        var open = new Stack<(KeyValuePair<byte[], TreeNode>[] Children, int Next)>();
        open.Push((root.Children!.ToSorted(), 0));
        while (open.TryPop(out (KeyValuePair<byte[], TreeNode>[] Children, int Next) top))
        {
            if (top.Next == top.Children.Length)
            {
                continue;
            }
            (byte[] name, TreeNode node) = top.Children[top.Next];
            open.Push((top.Children, top.Next + 1));
            yield return new TreeStep(open.Count, name, node);
            if (node.Children is { Count: > 0 } children)
            {
                open.Push((children.ToSorted(), 0));
            }
        }
    }
}
