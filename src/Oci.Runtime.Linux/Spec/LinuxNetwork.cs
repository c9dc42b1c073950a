using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>Class and priorities of network packets (cgroup v1 net_cls and net_prio).</summary>
public sealed record LinuxNetwork
{
    /// <summary>The class that packets are tagged with.</summary>
    [JsonPropertyName("classID")]
    public uint? ClassId { get; init; }

    /// <summary>Priorities by interface.</summary>
    [JsonPropertyName("priorities")]
    public IReadOnlyList<LinuxInterfacePriority>? Priorities { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
