using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>The size of a terminal in characters (runtime-spec, config.md, "Process").</summary>
public sealed record ConsoleSize
{
    /// <summary>Rows.</summary>
    [JsonPropertyName("height")]
    public required ulong Height { get; init; }

    /// <summary>Columns.</summary>
    [JsonPropertyName("width")]
    public required ulong Width { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
