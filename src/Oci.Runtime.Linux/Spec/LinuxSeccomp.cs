using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>The system call filter of a container (runtime-spec, config-linux.md, "Seccomp").</summary>
public sealed record LinuxSeccomp
{
    /// <summary>What is done with calls that no rule matches, such as <c>SCMP_ACT_ERRNO</c>.</summary>
    [JsonPropertyName("defaultAction")]
    public required string DefaultAction { get; init; }

    /// <summary>The errno of the default action. Default: EPERM.</summary>
    [JsonPropertyName("defaultErrnoRet")]
    public uint? DefaultErrnoRet { get; init; }

    /// <summary>Architectures whose calls the rules match, such as <c>SCMP_ARCH_X86_64</c>; the native one always is.</summary>
    [JsonPropertyName("architectures")]
    public IReadOnlyList<string>? Architectures { get; init; }

    /// <summary>Flags of seccomp(2), such as <c>SECCOMP_FILTER_FLAG_LOG</c>.</summary>
    [JsonPropertyName("flags")]
    public IReadOnlyList<string>? Flags { get; init; }

    /// <summary>The Unix socket that gets the descriptor of <c>SCMP_ACT_NOTIFY</c>.</summary>
    [JsonPropertyName("listenerPath")]
    public string? ListenerPath { get; init; }

    /// <summary>Opaque data for that socket; only with <see cref="ListenerPath"/>.</summary>
    [JsonPropertyName("listenerMetadata")]
    public string? ListenerMetadata { get; init; }

    /// <summary>The rules.</summary>
    [JsonPropertyName("syscalls")]
    public IReadOnlyList<LinuxSyscall>? Syscalls { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
