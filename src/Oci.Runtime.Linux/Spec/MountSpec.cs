using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>One mount beyond the root (runtime-spec, config.md, "Mounts"). Mounts are made in the order listed.</summary>
public sealed record MountSpec
{
    /// <summary>Where it goes, an absolute path in the container. Symbolic links in it resolve inside the root.</summary>
    [JsonPropertyName("destination")]
    public required string Destination { get; init; }

    /// <summary>The filesystem type, as in <c>/proc/filesystems</c>; <c>bind</c> or nothing for a bind mount.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    /// <summary>What is mounted: a device, a name, or for a bind mount a path that may be relative to the bundle.</summary>
    [JsonPropertyName("source")]
    public string? Source { get; init; }

    /// <summary>Options in the spelling of mount(8), such as <c>nosuid</c>, <c>rbind</c>, <c>rprivate</c> or <c>size=64k</c>.</summary>
    [JsonPropertyName("options")]
    public IReadOnlyList<string>? Options { get; init; }

    /// <summary>User ids of an idmapped mount; both lists or neither.</summary>
    [JsonPropertyName("uidMappings")]
    public IReadOnlyList<LinuxIdMapping>? UidMappings { get; init; }

    /// <summary>Group ids of an idmapped mount; both lists or neither.</summary>
    [JsonPropertyName("gidMappings")]
    public IReadOnlyList<LinuxIdMapping>? GidMappings { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
