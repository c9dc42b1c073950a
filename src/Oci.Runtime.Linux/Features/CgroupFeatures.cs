using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Features;

/// <summary>The cgroups that a runtime can make (runtime-spec, features-linux.md, "Cgroup").</summary>
public sealed record CgroupFeatures
{
    /// <summary>Whether it can on version 1.</summary>
    [JsonPropertyName("v1")]
    public bool? V1 { get; init; }

    /// <summary>Whether it can on version 2.</summary>
    [JsonPropertyName("v2")]
    public bool? V2 { get; init; }

    /// <summary>Whether it can through the system's systemd.</summary>
    [JsonPropertyName("systemd")]
    public bool? Systemd { get; init; }

    /// <summary>Whether it can through a user's systemd.</summary>
    [JsonPropertyName("systemdUser")]
    public bool? SystemdUser { get; init; }

    /// <summary>Whether it sets the limits of the rdma controller.</summary>
    [JsonPropertyName("rdma")]
    public bool? Rdma { get; init; }
}
