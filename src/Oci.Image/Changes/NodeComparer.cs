using Oci.Image.Tar;

namespace Oci.Image.Changes;

/// <summary>Compares what is at one name in two trees.</summary>
internal static class NodeComparer
{
    public static TreeChangeAspects Compare(TreeNode old, TreeNode now, bool withXattrs)
    {
        if (old.Type != now.Type)
        {
            return TreeChangeAspects.Type;
        }
        TreeChangeAspects aspects = TreeChangeAspects.None;
        if (!HasSameContent(old, now))
        {
            aspects |= TreeChangeAspects.Content;
        }
        // Linux gives all symbolic links the mode 0777; archives give them any.
        if (old.Mode != now.Mode && old.Type != TarEntryType.SymbolicLink)
        {
            aspects |= TreeChangeAspects.Mode;
        }
        if (old.Owner != now.Owner)
        {
            aspects |= TreeChangeAspects.Owner;
        }
        if (old.ModifiedTime is TarTime oldTime && now.ModifiedTime is TarTime newTime && oldTime != newTime)
        {
            aspects |= TreeChangeAspects.Time;
        }
        if (withXattrs && !HasSameXattrs(old, now))
        {
            aspects |= TreeChangeAspects.Xattrs;
        }
        return aspects;
    }

    private static bool HasSameContent(TreeNode old, TreeNode now) => old.Type switch
    {
        TarEntryType.File => old.Size == now.Size
            && (old.ContentHash is null || now.ContentHash is null || old.ContentHash.AsSpan().SequenceEqual(now.ContentHash)),
        TarEntryType.SymbolicLink => old.LinkTarget.AsSpan().SequenceEqual(now.LinkTarget),
        TarEntryType.CharacterDevice or TarEntryType.BlockDevice => old.DevMajor == now.DevMajor && old.DevMinor == now.DevMinor,
        _ => true,
    };

    private static bool HasSameXattrs(TreeNode old, TreeNode now)
    {
        if (old.Xattrs.Length != now.Xattrs.Length)
        {
            return false;
        }
        for (int i = 0; i < old.Xattrs.Length; i++)
        {
            if (!old.Xattrs[i].Name.SequenceEqual(now.Xattrs[i].Name) || !old.Xattrs[i].Value.SequenceEqual(now.Xattrs[i].Value))
            {
                return false;
            }
        }
        return true;
    }
}
