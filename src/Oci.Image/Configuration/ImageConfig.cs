using System.Text.Json;
using System.Text.Json.Serialization;
using Oci.Image.Manifests;

namespace Oci.Image.Configuration;

/// <summary>The config of an image: what it was made from and how to run it (image-spec, config.md).</summary>
public sealed record ImageConfig
{
    // The bytes that this, or what it was made of by "with", was read from.
    private byte[]? _source;

    /// <summary>When the image was made, in steps of 100 ns. A time that was read is written again as it was, to the letter.</summary>
    [JsonIgnore]
    public DateTimeOffset? Created
    {
        get => CreatedTime?.Value;
        init => CreatedTime = value is DateTimeOffset time ? Rfc3339Time.From(time) : null;
    }

    [JsonInclude]
    [JsonPropertyName("created")]
    internal Rfc3339Time? CreatedTime { get; init; }

    /// <summary>Who made the image.</summary>
    [JsonPropertyName("author")]
    public string? Author { get; init; }

    /// <summary>The CPU architecture that the binaries are built for, in GOARCH's spelling.</summary>
    [JsonPropertyName("architecture")]
    public required string Architecture { get; init; }

    /// <summary>The operating system, in GOOS's spelling.</summary>
    [JsonPropertyName("os")]
    public required string Os { get; init; }

    /// <summary>The version of the operating system.</summary>
    [JsonPropertyName("os.version")]
    public string? OsVersion { get; init; }

    /// <summary>Features of the operating system that the image needs.</summary>
    [JsonPropertyName("os.features")]
    public IReadOnlyList<string>? OsFeatures { get; init; }

    /// <summary>The variant of the CPU.</summary>
    [JsonPropertyName("variant")]
    public string? Variant { get; init; }

    /// <summary>How a container of the image is run.</summary>
    [JsonPropertyName("config")]
    public ContainerConfig? Config { get; init; }

    /// <summary>The layers by the digests of their uncompressed tars.</summary>
    [JsonPropertyName("rootfs")]
    public required RootFs RootFs { get; init; }

    /// <summary>How each layer came about, the base first.</summary>
    [JsonPropertyName("history")]
    public IReadOnlyList<History>? History { get; init; }

    /// <summary>Members this version does not know, such as Docker's own, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }

    /// <summary>The platform that the image runs on.</summary>
    [JsonIgnore]
    public Platform Platform => new() { Architecture = Architecture, Os = Os, OsVersion = OsVersion, OsFeatures = OsFeatures, Variant = Variant };

    /// <summary>Reads a config.</summary>
    /// <param name="utf8">The exact bytes, which are kept: see <see cref="ToUtf8Bytes"/>.</param>
    /// <exception cref="InvalidDocumentException">It is no image config, or has duplicate members.</exception>
    public static ImageConfig Parse(ReadOnlySpan<byte> utf8)
    {
        const string Document = "image config";
        ImageConfig config = OciJson.Parse(utf8, OciJsonContext.Default.ImageConfig, Document);
        DocumentRules.CheckNoNulls(Document, "$.config.Env", config.Config?.Env);
        DocumentRules.CheckNoNulls(Document, "$.config.Entrypoint", config.Config?.Entrypoint);
        DocumentRules.CheckNoNulls(Document, "$.config.Cmd", config.Config?.Cmd);
        DocumentRules.CheckNoNulls(Document, "$.config.OnBuild", config.Config?.OnBuild);
        DocumentRules.CheckNoNulls(Document, "$.config.Shell", config.Config?.Shell);
        DocumentRules.CheckNoNulls(Document, "$.config.Labels", config.Config?.Labels);
        DocumentRules.CheckNoNulls(Document, "$['os.features']", config.OsFeatures);
        DocumentRules.CheckNoNulls(Document, "$.history", config.History);
        config._source = utf8.ToArray();
        return config;
    }

    /// <summary>Writes the config: the exact bytes that it was read from while no member is another, or else compact JSON, in the spec's order, with unknown members last.</summary>
    public byte[] ToUtf8Bytes() => OciJson.ToUtf8Bytes(this, _source, OciJsonContext.Default.ImageConfig);
}
