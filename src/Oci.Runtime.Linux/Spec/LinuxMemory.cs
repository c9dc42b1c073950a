using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>Memory limits in bytes; -1 means unlimited (runtime-spec, config-linux.md, "Memory").</summary>
public sealed record LinuxMemory
{
    /// <summary>The most memory.</summary>
    [JsonPropertyName("limit")]
    public long? Limit { get; init; }

    /// <summary>The soft limit, enforced when memory is short.</summary>
    [JsonPropertyName("reservation")]
    public long? Reservation { get; init; }

    /// <summary>The most memory and swap together.</summary>
    [JsonPropertyName("swap")]
    public long? Swap { get; init; }

    /// <summary>The most kernel memory. Ignored by Linux 5.4 and newer.</summary>
    [JsonPropertyName("kernel")]
    public long? Kernel { get; init; }

    /// <summary>The most memory of TCP buffers; cgroup v1 only.</summary>
    [JsonPropertyName("kernelTCP")]
    public long? KernelTcp { get; init; }

    /// <summary>How eagerly pages are swapped out, 0 to 100; cgroup v1 only.</summary>
    [JsonPropertyName("swappiness")]
    public ulong? Swappiness { get; init; }

    /// <summary>Whether tasks above the limit wait instead of being killed; cgroup v1 only.</summary>
    [JsonPropertyName("disableOOMKiller")]
    public bool? DisableOomKiller { get; init; }

    /// <summary>Whether children share the limits; cgroup v1 only.</summary>
    [JsonPropertyName("useHierarchy")]
    public bool? UseHierarchy { get; init; }

    /// <summary>Whether an update below the present use is refused.</summary>
    [JsonPropertyName("checkBeforeUpdate")]
    public bool? CheckBeforeUpdate { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
