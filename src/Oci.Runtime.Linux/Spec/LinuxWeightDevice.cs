using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>Block I/O weights of one device; at least one of the two is set.</summary>
public sealed record LinuxWeightDevice
{
    /// <summary>The device's major number.</summary>
    [JsonPropertyName("major")]
    public required long Major { get; init; }

    /// <summary>The device's minor number.</summary>
    [JsonPropertyName("minor")]
    public required long Minor { get; init; }

    /// <summary>The weight, 10 to 1000.</summary>
    [JsonPropertyName("weight")]
    public ushort? Weight { get; init; }

    /// <summary>The weight of the cgroup's own tasks; cgroup v1 only.</summary>
    [JsonPropertyName("leafWeight")]
    public ushort? LeafWeight { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
