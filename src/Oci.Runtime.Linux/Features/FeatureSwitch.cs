using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Features;

/// <summary>A feature that is there or not (runtime-spec, features-linux.md).</summary>
public sealed record FeatureSwitch
{
    /// <summary>Whether the runtime has it, whatever the host has; null where it does not say.</summary>
    [JsonPropertyName("enabled")]
    public bool? Enabled { get; init; }
}
