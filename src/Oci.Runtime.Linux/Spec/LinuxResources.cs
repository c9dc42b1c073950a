using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>Limits of a container by control groups (runtime-spec, config-linux.md, "Control groups").</summary>
public sealed record LinuxResources
{
    /// <summary>Which devices may be used; applied in the order listed.</summary>
    [JsonPropertyName("devices")]
    public IReadOnlyList<LinuxDeviceRule>? Devices { get; init; }

    /// <summary>Memory limits.</summary>
    [JsonPropertyName("memory")]
    public LinuxMemory? Memory { get; init; }

    /// <summary>CPU shares, quota and sets.</summary>
    [JsonPropertyName("cpu")]
    public LinuxCpu? Cpu { get; init; }

    /// <summary>The limit of tasks.</summary>
    [JsonPropertyName("pids")]
    public LinuxPids? Pids { get; init; }

    /// <summary>Block I/O weights and rates.</summary>
    [JsonPropertyName("blockIO")]
    public LinuxBlockIO? BlockIO { get; init; }

    /// <summary>Limits of huge pages by size.</summary>
    [JsonPropertyName("hugepageLimits")]
    public IReadOnlyList<LinuxHugepageLimit>? HugepageLimits { get; init; }

    /// <summary>Class and priorities of network packets; cgroup v1 only.</summary>
    [JsonPropertyName("network")]
    public LinuxNetwork? Network { get; init; }

    /// <summary>Limits of RDMA by device.</summary>
    [JsonPropertyName("rdma")]
    public IReadOnlyDictionary<string, LinuxRdma>? Rdma { get; init; }

    /// <summary>Files of the cgroup v2 directory and what to write to them.</summary>
    [JsonPropertyName("unified")]
    public IReadOnlyDictionary<string, string>? Unified { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
