using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>What the listener of a seccomp filter gets along with its descriptor (runtime-spec, config-linux.md, "The Container Process State").</summary>
public sealed record ContainerProcessState
{
    /// <summary>The name in <see cref="Fds"/> of the descriptor that takes notifications.</summary>
    public const string SeccompFd = "seccompFd";

    /// <summary>The version of the spec that this document follows.</summary>
    [JsonPropertyName("ociVersion")]
    public required string OciVersion { get; init; }

    /// <summary>Names of the descriptors that come along (SCM_RIGHTS), in their order.</summary>
    [JsonPropertyName("fds")]
    public required IReadOnlyList<string> Fds { get; init; }

    /// <summary>The process that has the filter, as the runtime's pid namespace has it.</summary>
    [JsonPropertyName("pid")]
    public required int Pid { get; init; }

    /// <summary>What <see cref="LinuxSeccomp.ListenerMetadata"/> says.</summary>
    [JsonPropertyName("metadata")]
    public string? Metadata { get; init; }

    /// <summary>The container.</summary>
    [JsonPropertyName("state")]
    public required ContainerState State { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }

    /// <summary>Reads such a document.</summary>
    /// <exception cref="InvalidSpecException">It is none, or has duplicate members.</exception>
    public static ContainerProcessState Parse(ReadOnlyMemory<byte> utf8) =>
        SpecJson.Parse(utf8, SpecJsonContext.Default.ContainerProcessState, "container process state");

    /// <summary>Writes it as compact JSON.</summary>
    public byte[] ToUtf8Bytes() => JsonSerializer.SerializeToUtf8Bytes(this, SpecJsonContext.Default.ContainerProcessState);
}
