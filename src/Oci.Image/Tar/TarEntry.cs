namespace Oci.Image.Tar;

/// <summary>The entry that a <see cref="TarReader"/> stands on.</summary>
/// <remarks>
/// There is one object per reader, and each read fills it anew: its spans are good until the next
/// <see cref="TarReader.ReadAsync"/>. Copy what is to be held longer, or make a <see cref="TarHeader"/> of it.
/// Names are bytes, as on the disk that they came from; they may hold anything but NUL: <c>..</c>, a leading slash,
/// bytes that are not UTF-8.
/// </remarks>
public sealed class TarEntry
{
    internal TarEntry()
    {
    }

    /// <summary>What the entry is. Flags that are not a <see cref="TarEntryType"/> come as their own byte.</summary>
    public TarEntryType Type { get; internal set; }

    /// <summary>The name as the archive has it; a directory's usually ends with a slash.</summary>
    public ReadOnlySpan<byte> Name => NameMemory.Span;

    /// <summary><see cref="Name"/>, to be held across an await within this entry.</summary>
    public ReadOnlyMemory<byte> NameMemory { get; internal set; }

    /// <summary>The target of a link: for a hardlink the name of an entry; empty for all else.</summary>
    public ReadOnlySpan<byte> LinkName => LinkNameMemory.Span;

    /// <summary><see cref="LinkName"/>, to be held across an await within this entry.</summary>
    public ReadOnlyMemory<byte> LinkNameMemory { get; internal set; }

    /// <summary>The owner's name; often empty.</summary>
    public ReadOnlySpan<byte> UserName => UserNameMemory.Span;

    /// <summary>The group's name; often empty.</summary>
    public ReadOnlySpan<byte> GroupName => GroupNameMemory.Span;

    /// <summary>Permission bits with set-user-id, set-group-id and sticky: 0 to 07777 octal.</summary>
    public int Mode { get; internal set; }

    /// <summary>The owner's id as written: it may be negative or beyond 32 bits, which no Linux file can have.</summary>
    public long Uid { get; internal set; }

    /// <summary>The group's id as written: it may be negative or beyond 32 bits, which no Linux file can have.</summary>
    public long Gid { get; internal set; }

    /// <summary>The size of the file in bytes, holes included; 0 for what has no content.</summary>
    /// <remarks>What an archive says, not what it holds: a sparse file of a few bytes may claim exabytes.</remarks>
    public long Size { get; internal set; }

    /// <summary>The bytes of content that the archive holds: <see cref="Size"/>, but for a sparse file.</summary>
    public long StoredSize { get; internal set; }

    /// <summary>When the content was last changed.</summary>
    public TarTime ModifiedTime { get; internal set; }

    /// <summary>When the file was last read, where the archive says so.</summary>
    public TarTime? AccessTime { get; internal set; }

    /// <summary>The major number of a device.</summary>
    public uint DevMajor { get; internal set; }

    /// <summary>The minor number of a device.</summary>
    public uint DevMinor { get; internal set; }

    /// <summary>The extended attributes (<c>SCHILY.xattr.</c> records), in the archive's order, each name once.</summary>
    public ReadOnlySpan<TarXattr> Xattrs => XattrsMemory.Span;

    /// <summary>Whether the file is stored as <see cref="SparseSegments"/>.</summary>
    public bool IsSparse { get; internal set; }

    /// <summary>The data of a sparse file, in order and apart from each other; their lengths add up to <see cref="StoredSize"/>.</summary>
    public ReadOnlySpan<TarSparseSegment> SparseSegments => SparseSegmentsMemory.Span;

    /// <summary>Where the entry's own header starts in the archive, in bytes (PAX and long-name headers lie before it).</summary>
    public long HeaderOffset { get; internal set; }

    internal ReadOnlyMemory<byte> UserNameMemory { get; set; }

    internal ReadOnlyMemory<byte> GroupNameMemory { get; set; }

    internal ReadOnlyMemory<TarXattr> XattrsMemory { get; set; }

    internal ReadOnlyMemory<TarSparseSegment> SparseSegmentsMemory { get; set; }

    /// <summary>The name, for display: what is not printable is replaced, and a long one is cut.</summary>
    public override string ToString() => TarName.ToDisplay(Name);
}
