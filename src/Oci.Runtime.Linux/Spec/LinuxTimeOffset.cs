using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>The offset of a clock in a time namespace (time_namespaces(7)).</summary>
public sealed record LinuxTimeOffset
{
    /// <summary>Seconds. Default: 0.</summary>
    [JsonPropertyName("secs")]
    public long? Secs { get; init; }

    /// <summary>Nanoseconds on top. Default: 0.</summary>
    [JsonPropertyName("nanosecs")]
    public uint? Nanosecs { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
