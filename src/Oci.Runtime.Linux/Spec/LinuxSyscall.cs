using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>A rule of a system call filter.</summary>
public sealed record LinuxSyscall
{
    /// <summary>The calls, at least one.</summary>
    [JsonPropertyName("names")]
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>What is done, such as <c>SCMP_ACT_ALLOW</c>.</summary>
    [JsonPropertyName("action")]
    public required string Action { get; init; }

    /// <summary>The errno of <c>SCMP_ACT_ERRNO</c>, or the data of <c>SCMP_ACT_TRACE</c>. Default: EPERM.</summary>
    [JsonPropertyName("errnoRet")]
    public uint? ErrnoRet { get; init; }

    /// <summary>Conditions on arguments, all of which must hold.</summary>
    [JsonPropertyName("args")]
    public IReadOnlyList<LinuxSeccompArg>? Args { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
