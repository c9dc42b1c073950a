using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Image.Configuration;

/// <summary>How one layer came about (image-spec, config.md, "history").</summary>
public sealed record History
{
    /// <summary>When the layer was made, in steps of 100 ns. A time that was read is written again as it was, to the letter.</summary>
    [JsonIgnore]
    public DateTimeOffset? Created
    {
        get => CreatedTime?.Value;
        init => CreatedTime = value is DateTimeOffset time ? Rfc3339Time.From(time) : null;
    }

    [JsonInclude]
    [JsonPropertyName("created")]
    internal Rfc3339Time? CreatedTime { get; init; }

    /// <summary>The command that made the layer.</summary>
    [JsonPropertyName("created_by")]
    public string? CreatedBy { get; init; }

    /// <summary>Who made it.</summary>
    [JsonPropertyName("author")]
    public string? Author { get; init; }

    /// <summary>A remark.</summary>
    [JsonPropertyName("comment")]
    public string? Comment { get; init; }

    /// <summary>True where this step made no layer.</summary>
    [JsonPropertyName("empty_layer")]
    public bool? EmptyLayer { get; init; }

    /// <summary>Members this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
