namespace Oci.Distribution.Copying;

/// <summary>Walks graphs without recursion: what is walked comes from registries.</summary>
internal static class CopyOrder
{
    /// <summary>All nodes, children before their parents. There are no cycles: a digest covers what it points to.</summary>
    public static IEnumerable<T> Of<T>(IEnumerable<T> nodes, Func<T, IEnumerable<T>> children)
        where T : class
    {
        var begun = new HashSet<T>();
        var path = new Stack<(T Node, IEnumerator<T> Children)>();
        foreach (T start in nodes.Where(begun.Add))
        {
            path.Push((start, children(start).GetEnumerator()));
            while (path.TryPeek(out (T Node, IEnumerator<T> Children) top))
            {
                if (!top.Children.MoveNext())
                {
                    path.Pop().Children.Dispose();
                    yield return top.Node;
                }
                else if (begun.Add(top.Children.Current))
                {
                    path.Push((top.Children.Current, children(top.Children.Current).GetEnumerator()));
                }
            }
        }
    }

    /// <summary>All that a node leads to, itself too.</summary>
    public static HashSet<T> Reach<T>(T start, Func<T, IEnumerable<T>> neighbours)
        where T : class
    {
        HashSet<T> seen = [start];
        var left = new Stack<T>(seen);
        while (left.TryPop(out T? node))
        {
            foreach (T neighbour in neighbours(node).Where(seen.Add))
            {
                left.Push(neighbour);
            }
        }
        return seen;
    }
}
