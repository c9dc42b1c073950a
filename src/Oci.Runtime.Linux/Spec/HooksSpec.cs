using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>Programs run at points of a container's life (runtime-spec, config.md, "POSIX-platform Hooks").</summary>
public sealed record HooksSpec
{
    /// <summary>As <see cref="CreateRuntime"/>, before it. Deprecated by the spec.</summary>
    [JsonPropertyName("prestart")]
    public IReadOnlyList<HookSpec>? Prestart { get; init; }

    /// <summary>In the runtime's namespaces, once those of the container exist, before pivot_root.</summary>
    [JsonPropertyName("createRuntime")]
    public IReadOnlyList<HookSpec>? CreateRuntime { get; init; }

    /// <summary>In the container's namespaces, before pivot_root.</summary>
    [JsonPropertyName("createContainer")]
    public IReadOnlyList<HookSpec>? CreateContainer { get; init; }

    /// <summary>In the container's namespaces, at start, before the program.</summary>
    [JsonPropertyName("startContainer")]
    public IReadOnlyList<HookSpec>? StartContainer { get; init; }

    /// <summary>In the runtime's namespaces, after the program has started.</summary>
    [JsonPropertyName("poststart")]
    public IReadOnlyList<HookSpec>? Poststart { get; init; }

    /// <summary>In the runtime's namespaces, after the container is deleted.</summary>
    [JsonPropertyName("poststop")]
    public IReadOnlyList<HookSpec>? Poststop { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
