using System.Text.Json;

namespace Oci.Image.Validation;

/// <summary>Image indexes, and Docker's manifest lists (image-index.md).</summary>
internal static class IndexRules
{
    private const string Section = "image-index.md#image-index-property-descriptions";

    public static readonly ValidationRule SchemaVersion = new("index-schema-version", ValidationSeverity.Error, Section, "schemaVersion is 2.");

    public static readonly ValidationRule DocumentType = new("index-media-type", ValidationSeverity.Error, Section, "mediaType is that of the index, where it is there.");

    public static readonly ValidationRule DocumentTypeMissing = new("index-media-type-missing", ValidationSeverity.Warning, Section, "mediaType is there.");

    public static readonly ValidationRule IsManifest = new("index-is-manifest", ValidationSeverity.Error, Section, "An index is not a manifest at once.");

    public static readonly ValidationRule ManifestsRequired = new("index-manifests-required", ValidationSeverity.Error, Section, "An index has a list of manifests.");

    public static readonly ValidationRule EntryType = new("index-entry-media-type", ValidationSeverity.Info, Section, "The entries of an index are manifests and indexes.");

    public static readonly ValidationRule PlatformMissing = new("index-platform-missing", ValidationSeverity.Info, Section, "The manifests of an index that lists several say their platforms.");

    public static IReadOnlyList<ValidationRule> All { get; } = [SchemaVersion, DocumentType, DocumentTypeMissing, IsManifest, ManifestsRequired, EntryType, PlatformMissing];

    /// <param name="node">The document.</param>
    /// <param name="mediaType">What it is said to be.</param>
    /// <param name="isLayout">True for an <c>index.json</c>, whose entries are told apart by their tags.</param>
    public static void Check(DocumentNode node, MediaType mediaType, bool isLayout = false)
    {
        node.CheckCase("schemaVersion", "mediaType", "artifactType", "manifests", "subject", "annotations", "config", "layers");
        ManifestRules.CheckHead(node, mediaType, SchemaVersion, DocumentType, DocumentTypeMissing);
        foreach (string member in (ReadOnlySpan<string>)["config", "layers", "fsLayers"])
        {
            if (node.Value.TryGetProperty(member, out _))
            {
                node.ReportAt(member, IsManifest, "An index must not be a manifest at once: which of the two is seen depends on the tool.");
            }
        }
        if (!node.TryRequire("manifests", ManifestsRequired, out DocumentNode manifests) || !manifests.Is(JsonValueKind.Array))
        {
            return;
        }
        bool isSeveral = manifests.Value.GetArrayLength() > 1;
        foreach (DocumentNode entry in manifests.Items())
        {
            if (DescriptorRules.Check(entry) is not MediaType type)
            {
                continue;
            }
            if (!MediaTypes.IsManifest(type) && !MediaTypes.IsIndex(type))
            {
                entry.ReportAt("mediaType", EntryType, $"'{type}' is neither a manifest nor an index; tools pass over it.");
            }
            else if (isSeveral && !isLayout && MediaTypes.IsManifest(type) && !entry.TryGet("platform", out _) && !entry.TryGet("artifactType", out _))
            {
                entry.ReportAt("platform", PlatformMissing, "It is not there, so a tool has to read the config to know whether the image is for its machine.");
            }
        }
    }
}
