using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Changes;

/// <summary>A file, directory, link or device of a tree. Names that are hardlinks of each other have one node.</summary>
internal sealed class TreeNode
{
    /// <summary>What it is, never a hardlink; None stands for a whiteout of an overlay's upper directory.</summary>
    public required TarEntryType Type { get; init; }

    /// <summary>0 to 07777 octal.</summary>
    public ushort Mode { get; set; }

    public FileOwner Owner { get; set; }

    /// <summary>Null for a directory that no entry of an image describes: its time is that of the unpack.</summary>
    public TarTime? ModifiedTime { get; set; }

    /// <summary>The bytes of a file, holes included.</summary>
    public long Size { get; init; }

    public uint DevMajor { get; init; }

    public uint DevMinor { get; init; }

    /// <summary>The target of a symbolic link; empty for all else.</summary>
    public byte[] LinkTarget { get; init; } = [];

    /// <summary>Which entry of an image's layers made it what it is; null where there is none.</summary>
    public EntryOrigin? Origin { get; set; }

    /// <summary>Sorted by name, each name once.</summary>
    public TarXattr[] Xattrs { get; set; } = [];

    /// <summary>The SHA-256 of a file's content, where it is known.</summary>
    public byte[]? ContentHash { get; set; }

    /// <summary>What is in a directory; null for all else.</summary>
    public TreeChildren? Children { get; init; }

    /// <summary>How many names of the tree lead here.</summary>
    public int NameCount { get; set; }

    /// <summary>A number of its own for each directory of an image that is applied in memory.</summary>
    public ulong Id { get; init; }

    /// <summary>A directory of an overlay's upper that hides all that lower layers have in it.</summary>
    public bool IsOpaque { get; init; }

    /// <summary>A directory that another file system is mounted on, and that is passed over.</summary>
    public bool IsPassedOver { get; init; }

    public bool IsDirectory => Children is not null;

    public static TarXattr[] Sorted(IEnumerable<TarXattr> xattrs)
    {
        TarXattr[] sorted = [.. xattrs];
        Array.Sort(sorted, (a, b) => a.Name.SequenceCompareTo(b.Name));
        return sorted;
    }
}
