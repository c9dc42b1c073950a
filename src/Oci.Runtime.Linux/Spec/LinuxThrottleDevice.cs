using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>A block I/O rate of one device.</summary>
public sealed record LinuxThrottleDevice
{
    /// <summary>The device's major number.</summary>
    [JsonPropertyName("major")]
    public required long Major { get; init; }

    /// <summary>The device's minor number.</summary>
    [JsonPropertyName("minor")]
    public required long Minor { get; init; }

    /// <summary>Bytes or operations a second.</summary>
    [JsonPropertyName("rate")]
    public required ulong Rate { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
