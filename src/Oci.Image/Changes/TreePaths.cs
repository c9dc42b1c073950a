using Oci.Common.Linux;
using Oci.Image.Tar;

namespace Oci.Image.Changes;

/// <summary>Resolves paths in a tree in memory, symbolic links included, as <see cref="RootDirectory"/> does on disk.</summary>
internal sealed class TreePaths(TreeNode root)
{
    /// <summary>The longest name, in bytes (NAME_MAX).</summary>
    public const int MaxNameLength = 255;

    private readonly List<TreeNode> _trail = [];

    public TreeNode Root => root;

    /// <summary>Finds a directory.</summary>
    /// <param name="path">The path from the root, ended by NUL.</param>
    /// <param name="make">Makes what is missing on the way; null where one missing is ENOENT.</param>
    /// <param name="directory">The directory, where the answer is <see cref="Errno.None"/>.</param>
    public Errno Resolve(ReadOnlySpan<byte> path, Func<TreeNode>? make, out TreeNode? directory)
    {
        _trail.Clear();
        directory = null;
        int links = 0;
        ReadOnlySpan<byte> left = path[..^1];
        while (!left.IsEmpty)
        {
            int slash = left.IndexOf((byte)'/');
            ReadOnlySpan<byte> component = slash < 0 ? left : left[..slash];
            ReadOnlySpan<byte> rest = slash < 0 ? default : left[(slash + 1)..];
            left = rest;
            if (component.IsEmpty || component.SequenceEqual("."u8))
            {
                continue;
            }
            if (component.SequenceEqual(".."u8))
            {
                if (_trail.Count > 0)
                {
                    _trail.RemoveAt(_trail.Count - 1);
                }
                continue;
            }
            TreeNode parent = _trail.Count > 0 ? _trail[^1] : root;
            if (!parent.Children!.TryGet(component, out TreeNode? node))
            {
                if (make is null)
                {
                    return Errno.ENOENT;
                }
                if (component.Length > MaxNameLength)
                {
                    return Errno.ENAMETOOLONG;
                }
                node = make();
                parent.Children.Set(component, node);
            }
            if (node.IsDirectory)
            {
                if (_trail.Count == TreeSnapshot.MaxDepth)
                {
                    return Errno.ENAMETOOLONG;
                }
                _trail.Add(node);
                continue;
            }
            if (node.Type != TarEntryType.SymbolicLink)
            {
                return Errno.ENOTDIR;
            }
            if (++links > InRootWalk.MaxLinks)
            {
                return Errno.ELOOP;
            }
            if (node.LinkTarget[0] == '/')
            {
                _trail.Clear();
            }
            left = (byte[])[.. node.LinkTarget, (byte)'/', .. rest];
        }
        directory = _trail.Count > 0 ? _trail[^1] : root;
        return Errno.None;
    }
}
