using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>A range of ids of a user namespace (user_namespaces(7)).</summary>
public sealed record LinuxIdMapping
{
    /// <summary>The first id inside.</summary>
    [JsonPropertyName("containerID")]
    public required uint ContainerId { get; init; }

    /// <summary>The first id outside, in the runtime's user namespace.</summary>
    [JsonPropertyName("hostID")]
    public required uint HostId { get; init; }

    /// <summary>How many ids.</summary>
    [JsonPropertyName("size")]
    public required uint Size { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
