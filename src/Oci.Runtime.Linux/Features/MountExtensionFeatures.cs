using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Features;

/// <summary>Mounts beyond their options (runtime-spec, features-linux.md, "MountExtensions").</summary>
public sealed record MountExtensionFeatures
{
    /// <summary>Mounts with id mappings of their own.</summary>
    [JsonPropertyName("idmap")]
    public FeatureSwitch? Idmap { get; init; }
}
