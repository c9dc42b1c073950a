using Oci.Common.Linux;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Changes;

internal sealed partial class ImageTree
{
    private void ApplyWhiteout(in Whiteout whiteout)
    {
        if (_added is null || _paths.Resolve(_path.Parent, make: null, out TreeNode? parent) != Errno.None)
        {
            return;
        }
        if (whiteout.IsOpaque)
        {
            HideChildren(parent!);
        }
        else
        {
            Hide(parent!, whiteout.Hidden[..^1]);
        }
    }

    /// <summary>Takes a name of lower layers out of a directory, but for what this layer has put below it.</summary>
    /// <returns>True where nothing of that name is left.</returns>
    private bool Hide(TreeNode parent, ReadOnlySpan<byte> name)
    {
        if (!parent.Children!.TryGet(name, out TreeNode? node))
        {
            return true;
        }
        Span<byte> terminated = stackalloc byte[TreePaths.MaxNameLength + 1];
        name.CopyTo(terminated);
        terminated[name.Length] = 0;
        bool isKept = _added!.Contains(parent.Id, terminated[..(name.Length + 1)]);
        if (node.IsDirectory)
        {
            bool isEmpty = HideChildren(node);
            if (!isKept && !isEmpty)
            {
                // It stays for what is below it alone, and as if no entry had described it.
                node.Mode = (ushort)DirectoryTable.DefaultMode;
                node.Owner = default;
                node.ModifiedTime = null;
                node.Origin = null;
                node.Xattrs = [];
                return false;
            }
        }
        if (!isKept)
        {
            parent.Children.Remove(name);
        }
        return !isKept;
    }

    private bool HideChildren(TreeNode directory)
    {
        bool isEmpty = true;
        foreach ((byte[] name, _) in directory.Children!.ToSorted())
        {
            isEmpty &= Hide(directory, name);
        }
        return isEmpty;
    }
}
