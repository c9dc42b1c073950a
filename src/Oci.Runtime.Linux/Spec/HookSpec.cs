using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>A program that is run as a hook; it gets the container's state as JSON on its standard input.</summary>
public sealed record HookSpec
{
    /// <summary>The program, an absolute path in the runtime's mount namespace.</summary>
    [JsonPropertyName("path")]
    public required string Path { get; init; }

    /// <summary>The arguments as in execv(3), the program's name first.</summary>
    [JsonPropertyName("args")]
    public IReadOnlyList<string>? Args { get; init; }

    /// <summary>The environment, as <c>NAME=VALUE</c>. Default: empty.</summary>
    [JsonPropertyName("env")]
    public IReadOnlyList<string>? Env { get; init; }

    /// <summary>Seconds after which the hook has failed; above 0. Default: no limit.</summary>
    [JsonPropertyName("timeout")]
    public int? Timeout { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
