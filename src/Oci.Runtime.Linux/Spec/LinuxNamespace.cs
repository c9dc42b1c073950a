using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>A namespace that is made or joined (namespaces(7)).</summary>
public sealed record LinuxNamespace
{
    /// <summary>One of <see cref="LinuxNamespaceTypes"/>.</summary>
    [JsonPropertyName("type")]
    public required string Type { get; init; }

    /// <summary>A namespace file to join, an absolute path; a new namespace is made where absent.</summary>
    [JsonPropertyName("path")]
    public string? Path { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
