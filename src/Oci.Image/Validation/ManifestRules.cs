using System.Text.Json;

namespace Oci.Image.Validation;

/// <summary>Image manifests, OCI's and Docker's (manifest.md).</summary>
internal static class ManifestRules
{
    private const string Section = "manifest.md#image-manifest-property-descriptions";
    private const string Artifacts = "manifest.md#guidelines-for-artifact-usage";

    public static readonly ValidationRule SchemaVersion = new("manifest-schema-version", ValidationSeverity.Error, Section, "schemaVersion is 2.");

    public static readonly ValidationRule DocumentType = new("manifest-media-type", ValidationSeverity.Error, Section, "mediaType is that of the manifest, where it is there.");

    public static readonly ValidationRule DocumentTypeMissing = new("manifest-media-type-missing", ValidationSeverity.Warning, Section, "mediaType is there.");

    public static readonly ValidationRule IsIndex = new("manifest-is-index", ValidationSeverity.Error, Section, "A manifest is not an index at once.");

    public static readonly ValidationRule ConfigRequired = new("manifest-config-required", ValidationSeverity.Error, Section, "A manifest has a config.");

    public static readonly ValidationRule LayersRequired = new("manifest-layers-required", ValidationSeverity.Error, Section, "A manifest has a list of layers.");

    public static readonly ValidationRule LayersEmpty = new("manifest-layers-empty", ValidationSeverity.Warning, Section, "The list of layers has an entry.");

    public static readonly ValidationRule LayerType = new("manifest-layer-media-type", ValidationSeverity.Warning, Section, "The layers of an image have media types of the spec, and of the same kind as the manifest's.");

    public static readonly ValidationRule ArtifactTypeRequired = new("manifest-artifact-type-required", ValidationSeverity.Error, Artifacts, "A manifest whose config is empty has an artifactType.");

    public static IReadOnlyList<ValidationRule> All { get; } =
        [SchemaVersion, DocumentType, DocumentTypeMissing, IsIndex, ConfigRequired, LayersRequired, LayersEmpty, LayerType, ArtifactTypeRequired];

    public static void Check(DocumentNode node, MediaType mediaType)
    {
        node.CheckCase("schemaVersion", "mediaType", "artifactType", "config", "layers", "subject", "annotations", "manifests");
        CheckHead(node, mediaType, SchemaVersion, DocumentType, DocumentTypeMissing);
        if (node.Value.TryGetProperty("manifests", out _))
        {
            node.ReportAt("manifests", IsIndex, "A manifest must not be an index at once: which of the two is seen depends on the tool.");
        }
        MediaType? config = node.TryRequire("config", ConfigRequired, out DocumentNode configNode) ? DescriptorRules.Check(configNode) : null;
        if (config == MediaTypes.Empty && !node.TryGet("artifactType", out _))
        {
            node.ReportAt("artifactType", ArtifactTypeRequired, "It is required where the config is empty, and is not there.");
        }
        if (node.TryRequire("layers", LayersRequired, out DocumentNode layers) && layers.Is(JsonValueKind.Array))
        {
            bool isImage = config is MediaType value && MediaTypes.IsConfig(value);
            CheckLayers(layers, isImage, mediaType == MediaTypes.DockerManifest);
        }
    }

    /// <summary>Checks what manifests and indexes have in common.</summary>
    public static void CheckHead(DocumentNode node, MediaType mediaType, ValidationRule version, ValidationRule documentType, ValidationRule documentTypeMissing)
    {
        if (node.TryRequire("schemaVersion", version, out DocumentNode schemaVersion) && schemaVersion.Is(JsonValueKind.Number)
            && !(schemaVersion.Value.TryGetInt32(out int number) && number == 2))
        {
            schemaVersion.Report(version, "It must be 2.");
        }
        if (node.GetText("mediaType") is not { Length: > 0 } stated)
        {
            node.ReportAt("mediaType", documentTypeMissing, $"It should be there, and be {mediaType}.");
        }
        else if (!MediaType.TryParse(stated, out MediaType value) || value != mediaType)
        {
            node.ReportAt("mediaType", documentType, $"It is '{(stated.Length <= 100 ? stated : stated[..100])}', and the document is a {mediaType}.");
        }
        if (node.TryGet("artifactType", out DocumentNode artifactType))
        {
            DescriptorRules.CheckMediaType(artifactType);
        }
        if (node.TryGet("subject", out DocumentNode subject))
        {
            DescriptorRules.Check(subject);
        }
        AnnotationRules.Check(node, "annotations");
    }

    private static void CheckLayers(DocumentNode layers, bool isImage, bool isDocker)
    {
        bool any = false;
        foreach (DocumentNode layer in layers.Items())
        {
            any = true;
            if (DescriptorRules.Check(layer) is not MediaType mediaType || !isImage)
            {
                continue;
            }
            if (!MediaTypes.IsLayer(mediaType))
            {
                layer.ReportAt("mediaType", LayerType, $"'{mediaType}' is no layer that a tool could unpack.");
            }
            else if (isDocker != (MediaTypes.ToOci(mediaType) != mediaType))
            {
                layer.ReportAt("mediaType", LayerType, $"'{mediaType}' is of {(isDocker ? "OCI" : "Docker")}, and the manifest is not; some tools refuse the mixture.");
            }
        }
        if (!any)
        {
            layers.Report(LayersEmpty, "There is no layer: not every registry and tool takes that. An artifact without files has the empty descriptor there.");
        }
    }
}
