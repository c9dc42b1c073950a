using System.Diagnostics.CodeAnalysis;

namespace Oci.Image.Changes;

/// <summary>The names in a directory of a tree.</summary>
internal sealed class TreeChildren
{
    private readonly Dictionary<byte[], TreeNode> _nodes = new(ByteStringComparer.Instance);

    public int Count => _nodes.Count;

    public bool TryGet(ReadOnlySpan<byte> name, [NotNullWhen(true)] out TreeNode? node) =>
        _nodes.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out node);

    /// <summary>Adds a name, or gives it another node.</summary>
    public void Set(ReadOnlySpan<byte> name, TreeNode node) => _nodes.GetAlternateLookup<ReadOnlySpan<byte>>()[name] = node;

    public void Remove(ReadOnlySpan<byte> name) => _nodes.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(name);

    /// <summary>The names and nodes in the order of the names' bytes.</summary>
    public KeyValuePair<byte[], TreeNode>[] ToSorted()
    {
        KeyValuePair<byte[], TreeNode>[] sorted = [.. _nodes];
        Array.Sort(sorted, (a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
        return sorted;
    }

    /// <summary>The names, in no order.</summary>
    public Dictionary<byte[], TreeNode>.Enumerator GetEnumerator() => _nodes.GetEnumerator();
}
