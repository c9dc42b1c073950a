using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>The NUMA memory policy of a container (set_mempolicy(2)).</summary>
public sealed record LinuxMemoryPolicy
{
    /// <summary>The mode, such as <c>MPOL_BIND</c>.</summary>
    [JsonPropertyName("mode")]
    public required string Mode { get; init; }

    /// <summary>The nodes, as a list such as <c>0-1</c>.</summary>
    [JsonPropertyName("nodes")]
    public string? Nodes { get; init; }

    /// <summary>Flags, such as <c>MPOL_F_STATIC_NODES</c>.</summary>
    [JsonPropertyName("flags")]
    public IReadOnlyList<string>? Flags { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
