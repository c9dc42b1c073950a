using Oci.Common.Linux;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Changes;

/// <summary>Compares two trees, and gives what differs in the order of a layer.</summary>
/// <param name="before">The earlier tree.</param>
/// <param name="after">The later tree.</param>
/// <param name="exclude">Names to take as unchanged, with all below them.</param>
/// <param name="withXattrs">Whether extended attributes count.</param>
internal sealed class TreeComparer(TreeSnapshot before, TreeSnapshot after, Func<string, bool>? exclude, bool withXattrs)
{
    private readonly PathBuffer _path = new();
    private readonly List<Level> _levels = [];
    private HashSet<TreeNode> _relinked = [];
    private int _given;

    /// <summary>Directories before what is in them; in each directory first what is deleted, then all else; names by their bytes.</summary>
    /// <remarks>
    /// Directories on the way to a difference are given too, so that a layer by itself has their attributes. Nothing is
    /// given below a directory that is gone, and nothing for the root where it is as it was.
    /// </remarks>
    public IEnumerable<TreeDifference> Enumerate()
    {
        _relinked = new HardLinkComparer(before.Root, after.Root).FindChanged();
        TreeChangeAspects ofRoot = Compare(before.Root, after.Root);
        if (ofRoot != TreeChangeAspects.None)
        {
            yield return new TreeDifference(TreeChangeKind.Modified, default, after.Root, ofRoot);
        }
        Open(before.Root, after.Root);
        _given = 1;
        while (_levels.Count > 0)
        {
            Level level = _levels[^1];
            if (!TryGetNext(level, out TreeDifference difference, out TreeNode? inBefore))
            {
                _path.Cut(level.PathLength);
                _levels.RemoveAt(_levels.Count - 1);
                _given = Math.Min(_given, _levels.Count);
                continue;
            }
            bool goesDown = difference.Node is { IsDirectory: true } && difference.Kind != TreeChangeKind.Deleted;
            if (difference.Kind is not null)
            {
                for (; _given < _levels.Count; _given++)
                {
                    yield return new TreeDifference(null, _path.Memory[.._levels[_given].End], _levels[_given].After);
                }
                yield return difference;
            }
            if (goesDown)
            {
                Open(inBefore is { IsDirectory: true, IsPassedOver: false } ? inBefore : null, difference.Node!);
                _given += difference.Kind is not null ? 1 : 0;
            }
            else
            {
                _path.Cut(level.End);
            }
        }
    }

    private void Open(TreeNode? inBefore, TreeNode inAfter)
    {
        int end = _path.Length;
        int cut = _levels.Count == 0 ? 0 : _levels[^1].End;
        _levels.Add(new Level(cut, end, inBefore, inAfter, GetDeleted(inBefore, inAfter), inAfter.Children!.ToSorted()));
    }

    private static KeyValuePair<byte[], TreeNode>[] GetDeleted(TreeNode? inBefore, TreeNode inAfter)
    {
        if (inBefore is null)
        {
            return [];
        }
        var deleted = new List<KeyValuePair<byte[], TreeNode>>();
        foreach (KeyValuePair<byte[], TreeNode> child in inBefore.Children!)
        {
            if (!inAfter.Children!.TryGet(child.Key, out _))
            {
                deleted.Add(child);
            }
        }
        deleted.Sort((a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
        return [.. deleted];
    }

    /// <summary>The next name in a directory, with its path in the buffer.</summary>
    private bool TryGetNext(Level level, out TreeDifference difference, out TreeNode? inBefore)
    {
        inBefore = null;
        while (level.Next < level.Deleted.Length + level.Children.Length)
        {
            int index = level.Next++ - level.Deleted.Length;
            (byte[] name, TreeNode node) = index < 0 ? level.Deleted[index + level.Deleted.Length] : level.Children[index];
            _path.Append(name);
            if (exclude?.Invoke(PathText.Describe(_path.Memory.Span)) == true || node.IsPassedOver)
            {
                _path.Cut(level.End);
                continue;
            }
            if (index < 0)
            {
                difference = new TreeDifference(TreeChangeKind.Deleted, _path.Memory, node);
                return true;
            }
            level.Before?.Children!.TryGet(name, out inBefore);
            TreeChangeAspects aspects = inBefore is null ? TreeChangeAspects.None : Compare(inBefore, node);
            bool isModified = aspects != TreeChangeAspects.None;
            if (inBefore is null || isModified || node.IsDirectory)
            {
                difference = new TreeDifference(inBefore is null ? TreeChangeKind.Added : isModified ? TreeChangeKind.Modified : null, _path.Memory, node, aspects);
                return true;
            }
            _path.Cut(level.End);
        }
        difference = default;
        return false;
    }

    private TreeChangeAspects Compare(TreeNode old, TreeNode now)
    {
        if (old.IsPassedOver || now.IsPassedOver)
        {
            return TreeChangeAspects.None;
        }
        TreeChangeAspects aspects = NodeComparer.Compare(old, now, withXattrs);
        return _relinked.Contains(now) ? aspects | TreeChangeAspects.HardLinks : aspects;
    }

    /// <summary>A directory that the walk is in. <c>PathLength</c> is the length of its parent's path, <c>End</c> that of its own.</summary>
    private sealed record Level(int PathLength, int End, TreeNode? Before, TreeNode After, KeyValuePair<byte[], TreeNode>[] Deleted, KeyValuePair<byte[], TreeNode>[] Children)
    {
        public int Next { get; set; }
    }
}
