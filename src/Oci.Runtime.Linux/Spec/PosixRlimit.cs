using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>A resource limit (setrlimit(2)). The largest number means unlimited.</summary>
public sealed record PosixRlimit
{
    /// <summary>The limit, such as <c>RLIMIT_NOFILE</c>.</summary>
    [JsonPropertyName("type")]
    public required string Type { get; init; }

    /// <summary>The limit that is enforced.</summary>
    [JsonPropertyName("soft")]
    public required ulong Soft { get; init; }

    /// <summary>The most that <see cref="Soft"/> may be raised to.</summary>
    [JsonPropertyName("hard")]
    public required ulong Hard { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
