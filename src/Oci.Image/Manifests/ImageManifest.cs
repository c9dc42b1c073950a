using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Image.Manifests;

/// <summary>An image manifest: one config and its layers (image-spec, manifest.md), or Docker's schema2 manifest.</summary>
public sealed record ImageManifest
{
    // The bytes that this, or what it was made of by "with", was read from.
    private byte[]? _source;

    /// <summary>Always 2.</summary>
    [JsonPropertyName("schemaVersion")]
    public int SchemaVersion { get; init; } = 2;

    /// <summary>The media type of this document. May be absent in OCI manifests of version 1.0.</summary>
    [JsonPropertyName("mediaType")]
    public MediaType? MediaType { get; init; }

    /// <summary>The type of an artifact, where the manifest is not of an image.</summary>
    [JsonPropertyName("artifactType")]
    public string? ArtifactType { get; init; }

    /// <summary>The config; <c>application/vnd.oci.empty.v1+json</c> for an artifact without one.</summary>
    [JsonPropertyName("config")]
    public required Descriptor Config { get; init; }

    /// <summary>The layers, the base first.</summary>
    [JsonPropertyName("layers")]
    public required IReadOnlyList<Descriptor> Layers { get; init; }

    /// <summary>The manifest that this one refers to, which makes this one its referrer.</summary>
    [JsonPropertyName("subject")]
    public Descriptor? Subject { get; init; }

    /// <summary>Arbitrary metadata.</summary>
    [JsonPropertyName("annotations")]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Members this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }

    /// <summary>Reads a manifest.</summary>
    /// <param name="utf8">The exact bytes, which are kept: see <see cref="ToUtf8Bytes"/>.</param>
    /// <exception cref="InvalidDocumentException">It is no manifest, has duplicate members, or is an index at once.</exception>
    public static ImageManifest Parse(ReadOnlySpan<byte> utf8)
    {
        ImageManifest manifest = OciJson.Parse(utf8, OciJsonContext.Default.ImageManifest, "image manifest");
        if (manifest.ExtensionData?.ContainsKey("manifests") == true)
        {
            throw new InvalidDocumentException("image manifest", "$.manifests", "a manifest must not be an index at once: which of the two a tool sees would depend on the tool.");
        }
        DocumentRules.CheckSchemaVersion("image manifest", manifest.SchemaVersion);
        DocumentRules.CheckMediaType("image manifest", manifest.MediaType, MediaTypes.IsManifest);
        DocumentRules.CheckDescriptor("image manifest", "$.config", manifest.Config);
        DocumentRules.CheckDescriptors("image manifest", "$.layers", manifest.Layers);
        DocumentRules.CheckDescriptor("image manifest", "$.subject", manifest.Subject);
        DocumentRules.CheckNoNulls("image manifest", "$.annotations", manifest.Annotations);
        manifest._source = utf8.ToArray();
        return manifest;
    }

    /// <summary>Writes the manifest: the exact bytes that it was read from while no member is another, or else compact JSON, in the spec's order, with unknown members last.</summary>
    public byte[] ToUtf8Bytes() => OciJson.ToUtf8Bytes(this, _source, OciJsonContext.Default.ImageManifest);
}
