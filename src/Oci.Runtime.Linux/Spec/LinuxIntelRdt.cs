using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>Cache and memory bandwidth control (runtime-spec, config-linux.md, "IntelRdt").</summary>
public sealed record LinuxIntelRdt
{
    /// <summary>The class of service. Default: the container's id.</summary>
    [JsonPropertyName("closID")]
    public string? ClosId { get; init; }

    /// <summary>Lines written to the <c>schemata</c> file as they are.</summary>
    [JsonPropertyName("schemata")]
    public IReadOnlyList<string>? Schemata { get; init; }

    /// <summary>The L3 cache line of the schemata.</summary>
    [JsonPropertyName("l3CacheSchema")]
    public string? L3CacheSchema { get; init; }

    /// <summary>The memory bandwidth line of the schemata.</summary>
    [JsonPropertyName("memBwSchema")]
    public string? MemBwSchema { get; init; }

    /// <summary>Whether the container has a monitoring group of its own. Default: false.</summary>
    [JsonPropertyName("enableMonitoring")]
    public bool? EnableMonitoring { get; init; }

    /// <summary>Whether cache monitoring is on. Replaced by <see cref="EnableMonitoring"/>.</summary>
    [JsonPropertyName("enableCMT")]
    public bool? EnableCmt { get; init; }

    /// <summary>Whether bandwidth monitoring is on. Replaced by <see cref="EnableMonitoring"/>.</summary>
    [JsonPropertyName("enableMBM")]
    public bool? EnableMbm { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
