using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>The CPUs of a process that joins a running container, as lists such as <c>0-3,7</c>.</summary>
public sealed record ExecCpuAffinity
{
    /// <summary>While the runtime puts the process into the container.</summary>
    [JsonPropertyName("initial")]
    public string? Initial { get; init; }

    /// <summary>After the process is in the container's cgroup.</summary>
    [JsonPropertyName("final")]
    public string? Final { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
