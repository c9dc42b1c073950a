using Oci.Image.PortableFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.RootFilesystems;

/// <summary>How a directory is packed.</summary>
public sealed class PackOptions
{
    /// <summary>Writes an entry for the directory itself, so that its owner and mode become the root's. Default false.</summary>
    public bool IncludeRoot { get; set; }

    /// <summary>The owner of all entries; <see langword="null"/>, the default, for each file's own.</summary>
    /// <remarks>A file's own owner is what <c>user.rootlesscontainers</c> notes, where it has that attribute.</remarks>
    public FileOwner? Owner { get; set; }

    /// <summary>The latest time an entry may have: later ones become this, as SOURCE_DATE_EPOCH asks for. Default none.</summary>
    public DateTimeOffset? LatestTime { get; set; }

    /// <summary>Keeps the nanoseconds of times, which takes a further header for most entries. Default false: whole seconds, as other tools write.</summary>
    public bool KeepNanoseconds { get; set; }

    /// <summary>Keeps extended attributes, but for SELinux labels and overlayfs marks. Default true.</summary>
    public bool KeepXattrs { get; set; } = true;

    /// <summary>Passes over directories that another file system is mounted on. Default false.</summary>
    public bool OneFileSystem { get; set; }

    /// <summary>Says which files to leave out, a directory with all that is in it; <see langword="null"/>, the default, for none.</summary>
    /// <remarks>It is given the path from the directory that is packed, without a slash at its start or end. Bytes that are not UTF-8 are escaped as <c>\xNN</c>.</remarks>
    public Func<string, bool>? Exclude { get; set; }

    /// <summary>Packs as on systems other than Linux, by these names: for tests.</summary>
    internal PortableNames? PortableNames { get; set; }

    /// <summary>What comes before each name, such as <c>srv/www</c> as bytes; empty for nothing.</summary>
    internal byte[] Prefix { get; set; } = [];

    /// <summary>The user ids that the tree was unpacked with, <see cref="UnpackOptions.UidMappings"/>: they are turned back. Default none.</summary>
    /// <remarks>For a tree that an ordinary user unpacked, <see cref="IdMapping.ProcessUser"/>. A noted owner is not mapped.</remarks>
    /// <exception cref="ArgumentException">A range reaches beyond 4294967294, the last id there is.</exception>
    public IReadOnlyList<IdMapping> UidMappings { get; set => field = IdMapping.Checked(value); } = [];

    /// <summary>The group ids that the tree was unpacked with, <see cref="UnpackOptions.GidMappings"/>: they are turned back. Default none.</summary>
    /// <remarks>For a tree that an ordinary user unpacked, <see cref="IdMapping.ProcessGroup"/>.</remarks>
    /// <exception cref="ArgumentException">A range reaches beyond 4294967294, the last id there is.</exception>
    public IReadOnlyList<IdMapping> GidMappings { get; set => field = IdMapping.Checked(value); } = [];

    internal PackOptions Copy() => (PackOptions)MemberwiseClone();

    /// <summary>The time that an entry gets for a file's.</summary>
    internal TarTime ToEntryTime(long seconds, int nanoseconds)
    {
        var time = new TarTime(seconds, KeepNanoseconds ? nanoseconds : 0);
        return LatestTime is DateTimeOffset latest && time.CompareTo(TarTime.FromDateTimeOffset(latest)) > 0 ? TarTime.FromDateTimeOffset(latest) : time;
    }
}
