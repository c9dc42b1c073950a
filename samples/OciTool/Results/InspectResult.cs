using System.Text;
using System.Text.Json.Serialization;
using OciTool.Output;

namespace OciTool.Results;

/// <summary>What is known of an image, an index or an artifact.</summary>
internal sealed record InspectResult : IResult
{
    /// <summary><c>image</c>, <c>index</c> or <c>artifact</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What was asked for.</summary>
    public required string Reference { get; init; }

    public required string Digest { get; init; }

    public required string MediaType { get; init; }

    public string? ArtifactType { get; init; }

    /// <summary>The digest of what it speaks about, for a signature or SBOM.</summary>
    public string? Subject { get; init; }

    /// <summary>The bytes of all layers as they are stored; of an index none.</summary>
    public long? Size { get; init; }

    public string? Os { get; init; }

    public string? Architecture { get; init; }

    public string? Variant { get; init; }

    public DateTimeOffset? Created { get; init; }

    public string? Author { get; init; }

    public RunSettings? Config { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>The layers, the base first.</summary>
    public IReadOnlyList<LayerResult>? Layers { get; init; }

    /// <summary>What an index lists.</summary>
    public IReadOnlyList<ManifestResult>? Manifests { get; init; }

    /// <summary>The tags beside this one.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    [JsonIgnore]
    private string? Platform => Os is null ? null : string.Join('/', new[] { Os, Architecture, Variant }.Where(p => p is not null));

    public void WriteTo(StringBuilder text)
    {
        text.Field("Reference", Reference);
        text.Field("Digest", Digest);
        text.Field("Media type", MediaType);
        text.Field("Artifact type", ArtifactType);
        text.Field("Subject", Subject);
        text.Field("Platform", Platform);
        text.Field("Created", Created?.ToString("yyyy-MM-dd HH:mm:ss zzz", System.Globalization.CultureInfo.InvariantCulture));
        text.Field("Author", Author);
        text.Field("Size", Size is long size ? $"{ByteCount.Format(size)} in {Layers!.Count} {(Layers.Count == 1 ? "layer" : "layers")}" : null);
        Config?.WriteTo(text);
        text.List("Annotations", (Annotations ?? new Dictionary<string, string>()).Select(a => $"{a.Key}={a.Value}"));
        text.List("Layers", (Layers ?? []).Select(layer => layer.ToString()));
        text.List("Manifests", (Manifests ?? []).Select(manifest => manifest.ToString()));
        text.Field("Tags", Tags is null ? null : string.Join(' ', Tags));
    }
}
