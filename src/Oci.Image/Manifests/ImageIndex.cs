using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Image.Manifests;

/// <summary>An image index: manifests, one a platform as a rule (image-spec, image-index.md), or Docker's manifest list.</summary>
public sealed record ImageIndex
{
    // The bytes that this, or what it was made of by "with", was read from.
    private byte[]? _source;

    /// <summary>Always 2.</summary>
    [JsonPropertyName("schemaVersion")]
    public int SchemaVersion { get; init; } = 2;

    /// <summary>The media type of this document. May be absent in OCI indexes of version 1.0.</summary>
    [JsonPropertyName("mediaType")]
    public MediaType? MediaType { get; init; }

    /// <summary>The type of an artifact, where the index is one.</summary>
    [JsonPropertyName("artifactType")]
    public string? ArtifactType { get; init; }

    /// <summary>The manifests and nested indexes, the preferred one first.</summary>
    /// <remarks>Go programs write null for an empty list, which is read as such.</remarks>
    [JsonPropertyName("manifests")]
    [AllowNull]
    public required IReadOnlyList<Descriptor> Manifests { get; init => field = value ?? []; }

    /// <summary>The manifest that this index refers to.</summary>
    [JsonPropertyName("subject")]
    public Descriptor? Subject { get; init; }

    /// <summary>Arbitrary metadata.</summary>
    [JsonPropertyName("annotations")]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Members this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }

    /// <summary>Reads an index.</summary>
    /// <param name="utf8">The exact bytes, which are kept: see <see cref="ToUtf8Bytes"/>.</param>
    /// <exception cref="InvalidDocumentException">It is no index, has duplicate members, or is a manifest at once.</exception>
    public static ImageIndex Parse(ReadOnlySpan<byte> utf8)
    {
        ImageIndex index = OciJson.Parse(utf8, OciJsonContext.Default.ImageIndex, "image index");
        foreach (string member in (ReadOnlySpan<string>)["config", "layers", "fsLayers"])
        {
            if (index.ExtensionData?.ContainsKey(member) == true)
            {
                throw new InvalidDocumentException("image index", $"$.{member}", "an index must not be a manifest at once: which of the two a tool sees would depend on the tool.");
            }
        }
        DocumentRules.CheckSchemaVersion("image index", index.SchemaVersion);
        DocumentRules.CheckMediaType("image index", index.MediaType, MediaTypes.IsIndex);
        DocumentRules.CheckDescriptors("image index", "$.manifests", index.Manifests);
        DocumentRules.CheckDescriptor("image index", "$.subject", index.Subject);
        DocumentRules.CheckNoNulls("image index", "$.annotations", index.Annotations);
        index._source = utf8.ToArray();
        return index;
    }

    /// <summary>Writes the index: the exact bytes that it was read from while no member is another, or else compact JSON, in the spec's order, with unknown members last.</summary>
    public byte[] ToUtf8Bytes() => OciJson.ToUtf8Bytes(this, _source, OciJsonContext.Default.ImageIndex);
}
