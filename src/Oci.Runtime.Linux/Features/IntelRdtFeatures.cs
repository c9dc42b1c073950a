using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Features;

/// <summary>What a runtime can do with Intel RDT (runtime-spec, features-linux.md, "Intel RDT").</summary>
public sealed record IntelRdtFeatures
{
    /// <summary>Whether it can at all.</summary>
    [JsonPropertyName("enabled")]
    public bool? Enabled { get; init; }

    /// <summary>Whether it takes <c>schemata</c>.</summary>
    [JsonPropertyName("schemata")]
    public bool? Schemata { get; init; }

    /// <summary>Whether it takes <c>enableMonitoring</c>.</summary>
    [JsonPropertyName("monitoring")]
    public bool? Monitoring { get; init; }
}
