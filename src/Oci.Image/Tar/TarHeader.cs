namespace Oci.Image.Tar;

/// <summary>What a <see cref="TarWriter"/> is to say of an entry. May be changed and used again for the next one.</summary>
/// <remarks>Memory that is set here is not copied: it must stay unchanged until the entry was written.</remarks>
public sealed class TarHeader
{
    /// <summary>Makes an empty header: a file with mode 0644, owner 0, and a time of 1970.</summary>
    public TarHeader()
    {
    }

    /// <summary>Makes a copy of an entry that was read, which outlives the reader's next read.</summary>
    /// <remarks><see cref="Size"/> is that with holes: a sparse file is written in full.</remarks>
    public TarHeader(TarEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        Type = entry.Type;
        Name = entry.Name.ToArray();
        LinkName = entry.LinkName.ToArray();
        UserName = entry.UserName.ToArray();
        GroupName = entry.GroupName.ToArray();
        Mode = entry.Mode;
        Uid = entry.Uid;
        Gid = entry.Gid;
        Size = entry.Size;
        ModifiedTime = entry.ModifiedTime;
        AccessTime = entry.AccessTime;
        DevMajor = entry.DevMajor;
        DevMinor = entry.DevMinor;
        foreach (TarXattr xattr in entry.Xattrs)
        {
            Xattrs.Add(new TarXattr(xattr.Name.ToArray(), xattr.Value.ToArray()));
        }
    }

    /// <summary>What the entry is. Default <see cref="TarEntryType.File"/>.</summary>
    public TarEntryType Type { get; set; } = TarEntryType.File;

    /// <summary>The name, as bytes: no NUL, not empty. A directory gets a slash at its end if it has none.</summary>
    public ReadOnlyMemory<byte> Name { get; set; }

    /// <summary>The target of a link; empty for all else.</summary>
    public ReadOnlyMemory<byte> LinkName { get; set; }

    /// <summary>The owner's name; empty for none, which is best for archives that are to be reproducible.</summary>
    public ReadOnlyMemory<byte> UserName { get; set; }

    /// <summary>The group's name; empty for none.</summary>
    public ReadOnlyMemory<byte> GroupName { get; set; }

    /// <summary>Permission bits with set-user-id, set-group-id and sticky, 0 to 07777 octal. Default 0644.</summary>
    public int Mode { get; set; } = 0b110_100_100;

    /// <summary>The owner's id. Default 0.</summary>
    public long Uid { get; set; }

    /// <summary>The group's id. Default 0.</summary>
    public long Gid { get; set; }

    /// <summary>The size of a file's content in bytes; 0 for what has no content.</summary>
    public long Size { get; set; }

    /// <summary>When the content was last changed. Default 1970-01-01.</summary>
    public TarTime ModifiedTime { get; set; }

    /// <summary>When the file was last read; <see langword="null"/>, the default, to leave it out.</summary>
    public TarTime? AccessTime { get; set; }

    /// <summary>The major number of a device, up to 2,097,151.</summary>
    public uint DevMajor { get; set; }

    /// <summary>The minor number of a device, up to 2,097,151.</summary>
    public uint DevMinor { get; set; }

    /// <summary>The extended attributes, in any order: they are written sorted by name. No name may come twice.</summary>
    public IList<TarXattr> Xattrs { get; } = new List<TarXattr>();
}
