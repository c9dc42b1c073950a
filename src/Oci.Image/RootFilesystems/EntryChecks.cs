using Oci.Image.Tar;

namespace Oci.Image.RootFilesystems;

/// <summary>What an entry must keep to before anything is done for it, on every system.</summary>
internal static class EntryChecks
{
    /// <summary>Checks an entry, and takes its name.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="count">How many entries there are with this one.</param>
    /// <param name="path">Becomes the entry's name.</param>
    /// <param name="options">The limits.</param>
    /// <exception cref="UnpackRefusal">It is one too many, too deep, or has a name or an owner that it cannot have.</exception>
    public static void Check(TarEntry entry, long count, EntryPath path, UnpackOptions options)
    {
        if (count > options.MaxEntries)
        {
            throw new UnpackRefusal(UnpackFailure.TooManyEntries, $"is one more than the {options.MaxEntries} entries that UnpackOptions.MaxEntries allows");
        }
        Check(entry, path, options.AllowAbsoluteNames);
        if (path.Depth > options.MaxDepth)
        {
            throw UnpackRefusal.TooDeep(options);
        }
    }

    /// <summary>Checks what an entry says of itself, and takes its name.</summary>
    /// <exception cref="UnpackRefusal">It has a name or an owner that it cannot have, or is the root and no directory.</exception>
    public static void Check(TarEntry entry, EntryPath path, bool allowAbsoluteNames)
    {
        if (path.Set(entry.Name, allowAbsoluteNames) is UnpackFailure failure)
        {
            throw UnpackRefusal.OfName(failure);
        }
        if (entry.Uid is < 0 or >= uint.MaxValue || entry.Gid is < 0 or >= uint.MaxValue)
        {
            throw new UnpackRefusal(UnpackFailure.InvalidOwner, $"has the owner {entry.Uid}:{entry.Gid}, which Linux cannot have");
        }
        if (path.IsRoot && entry.Type != TarEntryType.Directory)
        {
            throw new UnpackRefusal(UnpackFailure.RootNotDirectory, $"stands for the root and is no directory but a {entry.Type}");
        }
    }

    /// <summary>Checks that so many bytes more may be written.</summary>
    public static void CheckSize(long size, long written, UnpackOptions options)
    {
        if (size > options.MaxBytes - written)
        {
            throw new UnpackRefusal(UnpackFailure.TooManyBytes, $"has {size} bytes, with which the layers have more than the {options.MaxBytes} that UnpackOptions.MaxBytes allows");
        }
    }

    public static void CheckSymbolicLink(TarEntry entry)
    {
        if (entry.LinkName.IsEmpty || entry.LinkName.Contains((byte)0))
        {
            throw new UnpackRefusal(UnpackFailure.InvalidSymbolicLink, "is a symbolic link without a target, or with a NUL byte in it");
        }
    }

    /// <summary>Checks a hardlink's target, and takes its name.</summary>
    public static void CheckHardLink(TarEntry entry, EntryPath target, bool allowAbsoluteNames)
    {
        if (target.Set(entry.LinkName, allowAbsoluteNames) is UnpackFailure failure)
        {
            throw UnpackRefusal.OfName(failure, "is a hardlink to a name");
        }
        if (target.IsRoot)
        {
            throw new UnpackRefusal(UnpackFailure.HardLinkToDirectory, "is a hardlink to the root");
        }
    }
}
