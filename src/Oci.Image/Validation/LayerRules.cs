using Oci.Image.Compression;

namespace Oci.Image.Validation;

/// <summary>What a layer must be (layer.md).</summary>
internal static class LayerRules
{
    private const string Format = "layer.md#distributable-format";

    public static readonly ValidationRule Tar = new("layer-tar", ValidationSeverity.Error, Format, "A layer is a tar archive.");

    public static readonly ValidationRule Compression = new("layer-compression", ValidationSeverity.Error, "layer.md#gzip-media-types", "A layer can be decompressed to its end.");

    public static readonly ValidationRule CompressionType = new("layer-compression-type", ValidationSeverity.Error, "layer.md#gzip-media-types", "A layer is compressed as its media type says.");

    public static readonly ValidationRule Limit = new("layer-limit", ValidationSeverity.Error, Format, "A layer keeps to the limits of size and expansion that are set for reading it.");

    public static readonly ValidationRule EntryName = new("layer-entry-name", ValidationSeverity.Error, Format, "The name of an entry leads nowhere but below the root: it is not empty, not absolute, and has no '..' in it.");

    public static readonly ValidationRule EntryTwice = new("layer-entry-twice", ValidationSeverity.Warning, Format, "No path has two entries in one layer.");

    public static readonly ValidationRule EntriesNotCompared = new("layer-entries-not-compared", ValidationSeverity.Info, Format, $"A layer has few enough entries to look for paths that stand twice (see {nameof(ValidationOptions)}.{nameof(ValidationOptions.MaxNameBytes)}).");

    public static readonly ValidationRule Whiteout = new("layer-whiteout", ValidationSeverity.Warning, "layer.md#whiteouts", "A whiteout is an empty file and names what it removes.");

    public static readonly ValidationRule Nondistributable = new("layer-nondistributable", ValidationSeverity.Warning, "layer.md#non-distributable-layers", "A layer is of a type that may be distributed; the others are deprecated.");

    public static readonly ValidationRule NotThere = new("layer-not-there", ValidationSeverity.Info, "layer.md#non-distributable-layers", "A non-distributable layer is there.");

    public static IReadOnlyList<ValidationRule> All { get; } =
        [Tar, Compression, CompressionType, Limit, EntryName, EntryTwice, EntriesNotCompared, Whiteout, Nondistributable, NotThere];

    /// <summary>How a layer is compressed by its media type.</summary>
    public static CompressionAlgorithm CompressionOf(MediaType mediaType)
    {
        string text = mediaType.ToString();
        return text.EndsWith("gzip", StringComparison.OrdinalIgnoreCase) ? CompressionAlgorithm.Gzip
            : text.EndsWith("zstd", StringComparison.OrdinalIgnoreCase) ? CompressionAlgorithm.Zstd
            : CompressionAlgorithm.None;
    }
}
