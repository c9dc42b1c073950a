using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>Block I/O limits (runtime-spec, config-linux.md, "Block IO").</summary>
public sealed record LinuxBlockIO
{
    /// <summary>The weight against other cgroups, 10 to 1000.</summary>
    [JsonPropertyName("weight")]
    public ushort? Weight { get; init; }

    /// <summary>The weight of the cgroup's own tasks against its children; cgroup v1 only.</summary>
    [JsonPropertyName("leafWeight")]
    public ushort? LeafWeight { get; init; }

    /// <summary>Weights by device.</summary>
    [JsonPropertyName("weightDevice")]
    public IReadOnlyList<LinuxWeightDevice>? WeightDevice { get; init; }

    /// <summary>The most bytes read a second, by device.</summary>
    [JsonPropertyName("throttleReadBpsDevice")]
    public IReadOnlyList<LinuxThrottleDevice>? ThrottleReadBpsDevice { get; init; }

    /// <summary>The most bytes written a second, by device.</summary>
    [JsonPropertyName("throttleWriteBpsDevice")]
    public IReadOnlyList<LinuxThrottleDevice>? ThrottleWriteBpsDevice { get; init; }

    /// <summary>The most reads a second, by device.</summary>
    [JsonPropertyName("throttleReadIOPSDevice")]
    public IReadOnlyList<LinuxThrottleDevice>? ThrottleReadIopsDevice { get; init; }

    /// <summary>The most writes a second, by device.</summary>
    [JsonPropertyName("throttleWriteIOPSDevice")]
    public IReadOnlyList<LinuxThrottleDevice>? ThrottleWriteIopsDevice { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
