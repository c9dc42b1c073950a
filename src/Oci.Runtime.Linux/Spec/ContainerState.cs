using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>The state of a container as hooks and <c>state</c> callers get it (runtime-spec, runtime.md, "State").</summary>
public sealed record ContainerState
{
    /// <summary>The version of the spec that this state follows.</summary>
    [JsonPropertyName("ociVersion")]
    public required string OciVersion { get; init; }

    /// <summary>The container's id, unique on the host.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>Where the container is in its life.</summary>
    [JsonPropertyName("status")]
    public required ContainerStatus Status { get; init; }

    /// <summary>The id of the container's process in the runtime's pid namespace; there while created or running.</summary>
    [JsonPropertyName("pid")]
    public int? Pid { get; init; }

    /// <summary>The bundle directory, an absolute path.</summary>
    [JsonPropertyName("bundle")]
    public required string Bundle { get; init; }

    /// <summary>The annotations of the container's config.</summary>
    [JsonPropertyName("annotations")]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }

    /// <summary>Reads a state document.</summary>
    /// <exception cref="InvalidSpecException">It is no state, or has duplicate members.</exception>
    public static ContainerState Parse(ReadOnlyMemory<byte> utf8) =>
        SpecJson.Parse(utf8, SpecJsonContext.Default.ContainerState, "container state");

    /// <summary>Writes the state as compact JSON.</summary>
    public byte[] ToUtf8Bytes() => JsonSerializer.SerializeToUtf8Bytes(this, SpecJsonContext.Default.ContainerState);
}
