using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>Scheduling of a process (runtime-spec, config.md, "Scheduler"; sched_setattr(2)).</summary>
public sealed record LinuxScheduler
{
    /// <summary>The policy, such as <c>SCHED_OTHER</c> or <c>SCHED_DEADLINE</c>.</summary>
    [JsonPropertyName("policy")]
    public required string Policy { get; init; }

    /// <summary>The nice value, -20 to 19.</summary>
    [JsonPropertyName("nice")]
    public int? Nice { get; init; }

    /// <summary>The static priority, for real-time policies.</summary>
    [JsonPropertyName("priority")]
    public int? Priority { get; init; }

    /// <summary>Flags, such as <c>SCHED_FLAG_RESET_ON_FORK</c>.</summary>
    [JsonPropertyName("flags")]
    public IReadOnlyList<string>? Flags { get; init; }

    /// <summary>For SCHED_DEADLINE: nanoseconds of running time in a period.</summary>
    [JsonPropertyName("runtime")]
    public ulong? Runtime { get; init; }

    /// <summary>For SCHED_DEADLINE: nanoseconds until the work must be done.</summary>
    [JsonPropertyName("deadline")]
    public ulong? Deadline { get; init; }

    /// <summary>For SCHED_DEADLINE: nanoseconds of a period.</summary>
    [JsonPropertyName("period")]
    public ulong? Period { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
