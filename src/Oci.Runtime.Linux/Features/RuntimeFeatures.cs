using System.Text.Json;
using System.Text.Json.Serialization;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Features;

/// <summary>What a runtime can do, whatever the host can (runtime-spec, features.md). A member that is null says nothing.</summary>
public sealed record RuntimeFeatures
{
    /// <summary>The oldest version of the runtime-spec whose configurations are taken.</summary>
    [JsonPropertyName("ociVersionMin")]
    public required string OciVersionMin { get; init; }

    /// <summary>The newest version.</summary>
    [JsonPropertyName("ociVersionMax")]
    public required string OciVersionMax { get; init; }

    /// <summary>The hooks that are run, as <c>config.json</c> names them.</summary>
    [JsonPropertyName("hooks")]
    public IReadOnlyList<string>? Hooks { get; init; }

    /// <summary>The mount options that are known, without those that the filesystem itself takes.</summary>
    [JsonPropertyName("mountOptions")]
    public IReadOnlyList<string>? MountOptions { get; init; }

    /// <summary>What there is on Linux only.</summary>
    [JsonPropertyName("linux")]
    public LinuxFeatures? Linux { get; init; }

    /// <summary>Facts of the runtime's own, by names in reverse domain notation.</summary>
    [JsonPropertyName("annotations")]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Annotations of a configuration that can change what the runtime does; it has none.</summary>
    [JsonPropertyName("potentiallyUnsafeConfigAnnotations")]
    public IReadOnlyList<string>? PotentiallyUnsafeConfigAnnotations { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }

    /// <summary>Reads a features document, such as another runtime's.</summary>
    /// <exception cref="InvalidSpecException">It is no such document.</exception>
    public static RuntimeFeatures Parse(ReadOnlyMemory<byte> utf8) =>
        SpecJson.Parse(utf8, SpecJsonContext.Default.RuntimeFeatures, "features document");

    /// <summary>Writes it as indented JSON.</summary>
    public byte[] ToUtf8Bytes() => JsonSerializer.SerializeToUtf8Bytes(this, SpecJson.Indented.RuntimeFeatures);
}
