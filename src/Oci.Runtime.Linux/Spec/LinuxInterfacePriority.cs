using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>The priority of packets that leave by one interface.</summary>
public sealed record LinuxInterfacePriority
{
    /// <summary>The interface, by its name in the runtime's network namespace.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>The priority.</summary>
    [JsonPropertyName("priority")]
    public required uint Priority { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
