using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>The root filesystem of a container (runtime-spec, config.md, "Root").</summary>
public sealed record RootSpec
{
    /// <summary>The directory that becomes <c>/</c>: absolute, or relative to the bundle.</summary>
    [JsonPropertyName("path")]
    public required string Path { get; init; }

    /// <summary>Whether the root is read-only inside the container. Default: false.</summary>
    [JsonPropertyName("readonly")]
    public bool? Readonly { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
