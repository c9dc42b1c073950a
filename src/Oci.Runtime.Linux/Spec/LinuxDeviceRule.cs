using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>One rule of the device controller (runtime-spec, config-linux.md, "Allowed Device list").</summary>
public sealed record LinuxDeviceRule
{
    /// <summary>Whether the rule allows; else it denies.</summary>
    [JsonPropertyName("allow")]
    public required bool Allow { get; init; }

    /// <summary><c>a</c> (all), <c>c</c> (character) or <c>b</c> (block). Default: all.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    /// <summary>The major number. Default: all.</summary>
    [JsonPropertyName("major")]
    public long? Major { get; init; }

    /// <summary>The minor number. Default: all.</summary>
    [JsonPropertyName("minor")]
    public long? Minor { get; init; }

    /// <summary>A composition of <c>r</c> (read), <c>w</c> (write) and <c>m</c> (mknod).</summary>
    [JsonPropertyName("access")]
    public string? Access { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
