using Oci.Image.Compression;
using Oci.Image.Layers;
using Oci.Image.Tar;

namespace Oci.Image.Validation;

/// <summary>What content must be besides a good document: there, unchanged, and fit for what it stands with.</summary>
internal static class ContentRules
{
    private const string Verification = "descriptor.md#verification";
    private const string DiffIds = "config.md#layer-diffid";

    public static readonly ValidationRule Missing = new("content-missing", ValidationSeverity.Error, "image-layout.md#blobs", "All content that a manifest or index refers to is there, but for non-distributable layers.");

    public static readonly ValidationRule Size = new("content-size", ValidationSeverity.Error, Verification, "Content has the size that its descriptor says.");

    public static readonly ValidationRule Hash = new("content-digest", ValidationSeverity.Error, Verification, "Content has the digest that its descriptor says.");

    public static readonly ValidationRule Unreadable = new("content-unreadable", ValidationSeverity.Error, Verification, "Content can be read.");

    public static readonly ValidationRule Unverifiable = new("content-unverifiable", ValidationSeverity.Error, "descriptor.md#registered-algorithms", "A digest can be computed by this library: sha256 and sha512.");

    public static readonly ValidationRule TooLarge = new("document-too-large", ValidationSeverity.Error, Verification, $"A manifest, index or config has at most {OciJson.MaxDocumentSize} bytes.");

    public static readonly ValidationRule TooDeep = new("index-depth", ValidationSeverity.Error, "image-index.md#image-index-property-descriptions", $"Indexes nest at most {Manifests.ManifestGraph.MaxDepth} deep and list at most {Manifests.ManifestGraph.MaxManifests} manifests.");

    public static readonly ValidationRule PlatformMismatch = new("index-platform-mismatch", ValidationSeverity.Warning, "image-index.md#image-index-property-descriptions", "The platform of an index's entry is that of the image's config.");

    public static readonly ValidationRule LayerCount = new("config-layer-count", ValidationSeverity.Error, DiffIds, "A config has a DiffID for each layer of the manifest.");

    public static readonly ValidationRule HistoryCount = new("config-history-count", ValidationSeverity.Warning, "config.md#properties", "The history, where there is one, has an entry for each layer that is not marked as empty.");

    public static readonly ValidationRule DiffId = new("layer-diff-id", ValidationSeverity.Error, DiffIds, "The uncompressed layer has the DiffID that the config says.");

    public static IReadOnlyList<ValidationRule> All { get; } =
        [Missing, Size, Hash, Unreadable, Unverifiable, TooLarge, TooDeep, PlatformMismatch, LayerCount, HistoryCount, DiffId];

    /// <summary>Whether an exception says something about the content, and not about this process or its machine.</summary>
    public static bool Explains(Exception e) => e is OciImageException or NotSupportedException or InvalidDataException;

    /// <summary>The rule that an exception of reading content tells of.</summary>
    public static ValidationRule RuleOf(Exception e) => e switch
    {
        ContentNotFoundException => Missing,
        ContentMismatchException { ExpectedSize: long size } mismatch when size != mismatch.ActualSize => Size,
        ContentMismatchException { ExpectedSize: null } => DiffId,
        ContentMismatchException => Hash,
        TarFormatException => LayerRules.Tar,
        LayerLimitException => LayerRules.Limit,
        CompressionException or InvalidDataException => LayerRules.Compression,
        NotSupportedException => Unverifiable,
        _ => Unreadable,
    };
}
