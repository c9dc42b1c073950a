using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>A network device that moves into the container's network namespace.</summary>
public sealed record LinuxNetDevice
{
    /// <summary>Its name inside; the name on the host where absent.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
