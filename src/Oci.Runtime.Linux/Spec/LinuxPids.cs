using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>The limit of tasks in a container.</summary>
public sealed record LinuxPids
{
    /// <summary>The most tasks; 0 or less means unlimited, as runc does.</summary>
    [JsonPropertyName("limit")]
    public long? Limit { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
