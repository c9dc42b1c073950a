using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>Limits of one RDMA device; at least one of the two is set.</summary>
public sealed record LinuxRdma
{
    /// <summary>The most open handles.</summary>
    [JsonPropertyName("hcaHandles")]
    public uint? HcaHandles { get; init; }

    /// <summary>The most objects.</summary>
    [JsonPropertyName("hcaObjects")]
    public uint? HcaObjects { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
