using Oci.Common.Linux;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Changes;

internal sealed partial class ImageTree
{
    private TreeNode? Make(TreeNode parent, TarEntry entry)
    {
        ReadOnlySpan<byte> name = _path.Leaf[..^1];
        if (name.Length > TreePaths.MaxNameLength)
        {
            throw new UnpackRefusal(UnpackFailure.InvalidName, $"has a name of {name.Length} bytes, but Linux allows {TreePaths.MaxNameLength}");
        }
        switch (entry.Type)
        {
            case TarEntryType.Directory:
                MakeDirectory(parent, name, entry);
                return null;
            case TarEntryType.HardLink:
                MakeHardLink(parent, name, entry);
                return null;
            case TarEntryType.SymbolicLink when entry.LinkName.IsEmpty || entry.LinkName.Contains((byte)0) || entry.LinkName.Length >= Libc.PATH_MAX:
                throw new UnpackRefusal(UnpackFailure.InvalidSymbolicLink, "is a symbolic link without a target, with a NUL byte in it, or with one that is too long");
            case TarEntryType.CharacterDevice or TarEntryType.BlockDevice when entry.DevMajor > 0xFFF || entry.DevMinor > 0xFFFFF:
                throw new UnpackRefusal(UnpackFailure.UnsupportedEntryType, $"is the device {entry.DevMajor}:{entry.DevMinor}, beyond what Linux can number");
            case TarEntryType.File or TarEntryType.SymbolicLink or TarEntryType.CharacterDevice or TarEntryType.BlockDevice or TarEntryType.Fifo:
                TreeNode node = MakeNode(entry);
                parent.Children!.Set(name, node);
                return entry.Type == TarEntryType.File ? node : null;
            default:
                throw UnpackRefusal.UnsupportedType(entry);
        }
    }

    private void MakeDirectory(TreeNode parent, ReadOnlySpan<byte> name, TarEntry entry)
    {
        if (!parent.Children!.TryGet(name, out TreeNode? node) || !node.IsDirectory)
        {
            node = MakeImpliedDirectory();
            parent.Children.Set(name, node);
        }
        SetDirectory(node, entry);
    }

    private void SetDirectory(TreeNode node, TarEntry entry)
    {
        node.Mode = (ushort)(entry.Mode & 0xFFF);
        node.Owner = new FileOwner((uint)entry.Uid, (uint)entry.Gid);
        node.ModifiedTime = entry.ModifiedTime;
        node.Origin = _origin;
        node.Xattrs = CopyXattrs(entry);
        _budget.Take(0, 0, node.Xattrs);
    }

    private void MakeHardLink(TreeNode parent, ReadOnlySpan<byte> name, TarEntry entry)
    {
        EntryChecks.CheckHardLink(entry, _linkPath, _options.AllowAbsoluteNames);
        TreeNode? target = FindLinkTarget()
            ?? throw UnpackRefusal.HardLinkTargetMissing(entry);
        if (target.IsDirectory)
        {
            throw UnpackRefusal.HardLinkToDirectory(entry);
        }
        if (parent.Children!.TryGet(name, out TreeNode? present) && present.IsDirectory)
        {
            parent.Children.Remove(name);
            if (FindLinkTarget() != target)
            {
                throw new UnpackRefusal(UnpackFailure.HardLinkTargetMissing, $"is a hardlink to '{PathText.Describe(entry.LinkName)}', which it replaces");
            }
        }
        _budget.Take(name.Length, 0, default);
        parent.Children.Set(name, target);
    }

    private TreeNode? FindLinkTarget()
    {
        TreeNode? target = null;
        if (_paths.Resolve(_linkPath.Parent, make: null, out TreeNode? parent) == Errno.None)
        {
            parent!.Children!.TryGet(_linkPath.Leaf[..^1], out target);
        }
        return target;
    }

    private TreeNode MakeNode(TarEntry entry)
    {
        var node = new TreeNode
        {
            Type = entry.Type,
            Mode = (ushort)(entry.Mode & 0xFFF),
            Owner = new FileOwner((uint)entry.Uid, (uint)entry.Gid),
            ModifiedTime = entry.ModifiedTime,
            Size = entry.Type == TarEntryType.File ? entry.Size : 0,
            DevMajor = entry.DevMajor,
            DevMinor = entry.DevMinor,
            LinkTarget = entry.Type == TarEntryType.SymbolicLink ? entry.LinkName.ToArray() : [],
            Xattrs = CopyXattrs(entry),
            Origin = _origin,
        };
        _budget.Take(_path.Leaf.Length, node.LinkTarget.Length, node.Xattrs);
        return node;
    }

    private TarXattr[] CopyXattrs(TarEntry entry)
    {
        if (entry.Xattrs.IsEmpty || !_options.KeepXattrs)
        {
            return [];
        }
        _xattrs.Clear();
        foreach (TarXattr xattr in entry.Xattrs)
        {
            // Only files and directories can have attributes of users (xattr(7)): an unpack reports others as refused.
            bool isRefused = entry.Type is not (TarEntryType.File or TarEntryType.Directory) && xattr.Name.StartsWith("user."u8);
            if (!isRefused && !MachineXattrs.Contains(xattr.Name) && !xattr.Name.SequenceEqual(RootlessOwner.AttributeName[..^1]))
            {
                _xattrs.Add(new TarXattr(xattr.Name.ToArray(), xattr.Value.ToArray()));
            }
        }
        return TreeNode.Sorted(_xattrs);
    }
}
