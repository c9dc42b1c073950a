using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>A device node of a container (runtime-spec, config-linux.md, "Devices"; mknod(2)).</summary>
public sealed record LinuxDevice
{
    /// <summary>Where it goes, an absolute path in the container.</summary>
    [JsonPropertyName("path")]
    public required string Path { get; init; }

    /// <summary><c>c</c> or <c>u</c> (character), <c>b</c> (block) or <c>p</c> (FIFO).</summary>
    [JsonPropertyName("type")]
    public required string Type { get; init; }

    /// <summary>The major number; needed unless it is a FIFO.</summary>
    [JsonPropertyName("major")]
    public long? Major { get; init; }

    /// <summary>The minor number; needed unless it is a FIFO.</summary>
    [JsonPropertyName("minor")]
    public long? Minor { get; init; }

    /// <summary>The permission bits. Default: 0666, as runc does.</summary>
    [JsonPropertyName("fileMode")]
    public uint? FileMode { get; init; }

    /// <summary>The owner in the container. Default: 0.</summary>
    [JsonPropertyName("uid")]
    public uint? Uid { get; init; }

    /// <summary>The group in the container. Default: 0.</summary>
    [JsonPropertyName("gid")]
    public uint? Gid { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
