using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Features;

/// <summary>The memory policies that a runtime can set (runtime-spec, features-linux.md, "MemoryPolicy").</summary>
public sealed record MemoryPolicyFeatures
{
    /// <summary>The policies that are known.</summary>
    [JsonPropertyName("modes")]
    public IReadOnlyList<string>? Modes { get; init; }

    /// <summary>The flags that are known.</summary>
    [JsonPropertyName("flags")]
    public IReadOnlyList<string>? Flags { get; init; }
}
