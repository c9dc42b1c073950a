using Oci.Common.Linux;

namespace Oci.Image.Changes;

/// <summary>One step of a walk over what differs between two trees, in the order in which a layer says it.</summary>
/// <param name="Kind">What it is; <see langword="null"/> for a directory that is as it was and has differences below it.</param>
/// <param name="Path">The path from the root, empty for the root: good until the next step.</param>
/// <param name="Node">What is there now; what was there for a deletion, where that is known.</param>
/// <param name="Aspects">What of a modified file differs.</param>
internal readonly record struct TreeDifference(TreeChangeKind? Kind, ReadOnlyMemory<byte> Path, TreeNode? Node, TreeChangeAspects Aspects = TreeChangeAspects.None)
{
    public string PathForDisplay => Path.IsEmpty ? "." : PathText.Describe(Path.Span);

    /// <summary>The changes among differences, as a list that lasts.</summary>
    public static IReadOnlyList<TreeChange> ToChanges(IEnumerable<TreeDifference> differences, CancellationToken cancellationToken)
    {
        var changes = new List<TreeChange>();
        foreach (TreeDifference difference in differences)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (difference.Kind is TreeChangeKind kind)
            {
                changes.Add(new TreeChange
                {
                    Kind = kind,
                    PathBytes = difference.Path.ToArray(),
                    Type = difference.Node?.Type ?? default,
                    Aspects = difference.Aspects,
                });
            }
        }
        return changes;
    }
}
