using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Image;

/// <summary>What points to content: its type, digest and size (image-spec, descriptor.md).</summary>
public sealed record Descriptor
{
    /// <summary>The media type of the content.</summary>
    [JsonPropertyName("mediaType")]
    public required MediaType MediaType { get; init; }

    /// <summary>The digest of the content.</summary>
    [JsonPropertyName("digest")]
    public required Digest Digest { get; init; }

    /// <summary>The size of the content in bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to a negative value.</exception>
    [JsonPropertyName("size")]
    public required long Size
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>Where else the content may be had. Not followed without the caller's word.</summary>
    [JsonPropertyName("urls")]
    public IReadOnlyList<string>? Urls { get; init; }

    /// <summary>Arbitrary metadata.</summary>
    [JsonPropertyName("annotations")]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>The content itself, embedded. Only good after its digest and size were checked: see <see cref="TryGetData"/>.</summary>
    [JsonPropertyName("data")]
    public byte[]? Data { get; init; }

    /// <summary>The type of an artifact, where the descriptor points to a manifest of one.</summary>
    [JsonPropertyName("artifactType")]
    public string? ArtifactType { get; init; }

    /// <summary>The platform, where the descriptor stands in an index.</summary>
    [JsonPropertyName("platform")]
    public Platform? Platform { get; init; }

    /// <summary>Members this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }

    /// <summary>The descriptor of content at hand, by its SHA-256.</summary>
    public static Descriptor Create(MediaType mediaType, ReadOnlySpan<byte> content) =>
        new() { MediaType = mediaType, Digest = Digest.Compute(content), Size = content.Length };

    /// <summary>The embedded content, where there is some and its size and digest are those of the descriptor.</summary>
    public bool TryGetData(out ReadOnlyMemory<byte> content)
    {
        content = Data;
        return Data is not null && Data.Length == Size && Digest.IsComputable && Digest.Compute(Digest.Algorithm, Data) == Digest;
    }

    /// <summary>The descriptor without what only matters where it stood: annotations, platform, data, URLs, unknown members.</summary>
    public Descriptor ToPlain() => new() { MediaType = MediaType, Digest = Digest, Size = Size, ArtifactType = ArtifactType };
}
