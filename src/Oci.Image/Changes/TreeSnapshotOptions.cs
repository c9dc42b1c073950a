using Oci.Image.Layers;
using Oci.Image.RootFilesystems;

namespace Oci.Image.Changes;

/// <summary>What a <see cref="TreeSnapshot"/> holds, and the limits of what it is made of.</summary>
public sealed class TreeSnapshotOptions
{
    internal static readonly TreeSnapshotOptions Default = new();

    /// <summary>Reads all files and keeps their digests, so that a change of content shows where size and time are as before. Default false.</summary>
    public bool ContentDigests { get; set; }

    /// <summary>Keeps extended attributes, but for SELinux labels and overlayfs marks. Default true.</summary>
    public bool KeepXattrs { get; set; } = true;

    /// <summary>Passes over directories that another file system is mounted on. Default false.</summary>
    public bool OneFileSystem { get; set; }

    /// <summary>Says which files of a directory to leave out, as <see cref="PackOptions.Exclude"/> does; <see langword="null"/>, the default, for none.</summary>
    public Func<string, bool>? Exclude { get; set; }

    /// <summary>The user ids that the tree was unpacked with: they are turned back. See <see cref="PackOptions.UidMappings"/>. Default none.</summary>
    /// <exception cref="ArgumentException">A range reaches beyond 4294967294, the last id there is.</exception>
    public IReadOnlyList<IdMapping> UidMappings { get; set => field = IdMapping.Checked(value); } = [];

    /// <summary>The group ids that the tree was unpacked with: they are turned back. See <see cref="PackOptions.GidMappings"/>. Default none.</summary>
    /// <exception cref="ArgumentException">A range reaches beyond 4294967294, the last id there is.</exception>
    public IReadOnlyList<IdMapping> GidMappings { get; set => field = IdMapping.Checked(value); } = [];

    /// <summary>The most entries. Default 4,000,000.</summary>
    public long MaxEntries { get; set => field = Positive(value); } = 4_000_000;

    /// <summary>The most bytes of names, link targets and attributes together, which are held in memory. Default 256 MiB.</summary>
    public long MaxBytes { get; set => field = Positive(value); } = 256L << 20;

    /// <summary>Takes a leading slash off the names of an image's layers in place of refusing them. Default false.</summary>
    public bool AllowAbsoluteNames { get; set; }

    /// <summary>The limits of each layer of an image, and what decompresses it; <see langword="null"/> for the defaults.</summary>
    public LayerReaderOptions? Layers { get; set; }

    /// <summary>What a tree is captured with that is to be packed.</summary>
    internal static TreeSnapshotOptions From(PackOptions options, bool contentDigests) => new()
    {
        ContentDigests = contentDigests,
        KeepXattrs = options.KeepXattrs,
        OneFileSystem = options.OneFileSystem,
        Exclude = options.Exclude,
        UidMappings = options.UidMappings,
        GidMappings = options.GidMappings,
    };

    internal TreeSnapshotOptions Copy()
    {
        var copy = (TreeSnapshotOptions)MemberwiseClone();
        copy.Layers = Layers?.Copy();
        return copy;
    }

    private static long Positive(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        return value;
    }
}
