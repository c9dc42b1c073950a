using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>CPU limits (runtime-spec, config-linux.md, "CPU").</summary>
public sealed record LinuxCpu
{
    /// <summary>The weight against other cgroups, 2 to 262144; the kernel's default is 1024.</summary>
    [JsonPropertyName("shares")]
    public ulong? Shares { get; init; }

    /// <summary>Microseconds of CPU time in a <see cref="Period"/>; negative means unlimited.</summary>
    [JsonPropertyName("quota")]
    public long? Quota { get; init; }

    /// <summary>Microseconds that may be saved up beyond <see cref="Quota"/>.</summary>
    [JsonPropertyName("burst")]
    public ulong? Burst { get; init; }

    /// <summary>Microseconds of a period.</summary>
    [JsonPropertyName("period")]
    public ulong? Period { get; init; }

    /// <summary>Microseconds of real-time scheduling in a period; cgroup v1 only.</summary>
    [JsonPropertyName("realtimeRuntime")]
    public long? RealtimeRuntime { get; init; }

    /// <summary>Microseconds of a real-time period; cgroup v1 only.</summary>
    [JsonPropertyName("realtimePeriod")]
    public ulong? RealtimePeriod { get; init; }

    /// <summary>The CPUs, as a list such as <c>0-3,7</c>.</summary>
    [JsonPropertyName("cpus")]
    public string? Cpus { get; init; }

    /// <summary>The memory nodes, as a list such as <c>0</c>.</summary>
    [JsonPropertyName("mems")]
    public string? Mems { get; init; }

    /// <summary>1 for SCHED_IDLE of the whole cgroup, 0 for the normal policy.</summary>
    [JsonPropertyName("idle")]
    public long? Idle { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
