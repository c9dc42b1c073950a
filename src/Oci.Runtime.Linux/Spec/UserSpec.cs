using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>Who runs a process, by numbers of the container's user namespace (runtime-spec, config.md, "User").</summary>
public sealed record UserSpec
{
    /// <summary>The user id. Default: 0.</summary>
    [JsonPropertyName("uid")]
    public uint Uid { get; init; }

    /// <summary>The group id. Default: 0.</summary>
    [JsonPropertyName("gid")]
    public uint Gid { get; init; }

    /// <summary>The file mode creation mask; inherited where absent.</summary>
    [JsonPropertyName("umask")]
    public uint? Umask { get; init; }

    /// <summary>Supplementary groups. Default: none.</summary>
    [JsonPropertyName("additionalGids")]
    public IReadOnlyList<uint>? AdditionalGids { get; init; }

    /// <summary>The user's name; Windows only.</summary>
    [JsonPropertyName("username")]
    public string? Username { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
