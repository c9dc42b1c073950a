using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Features;

/// <summary>What a runtime can do on Linux (runtime-spec, features-linux.md). A member that is null says nothing.</summary>
public sealed record LinuxFeatures
{
    /// <summary>The types of namespaces that are known.</summary>
    [JsonPropertyName("namespaces")]
    public IReadOnlyList<string>? Namespaces { get; init; }

    /// <summary>The names of capabilities that are known.</summary>
    [JsonPropertyName("capabilities")]
    public IReadOnlyList<string>? Capabilities { get; init; }

    /// <summary>Cgroups.</summary>
    [JsonPropertyName("cgroup")]
    public CgroupFeatures? Cgroup { get; init; }

    /// <summary>System call filters.</summary>
    [JsonPropertyName("seccomp")]
    public SeccompFeatures? Seccomp { get; init; }

    /// <summary>AppArmor profiles.</summary>
    [JsonPropertyName("apparmor")]
    public FeatureSwitch? AppArmor { get; init; }

    /// <summary>SELinux labels.</summary>
    [JsonPropertyName("selinux")]
    public FeatureSwitch? SELinux { get; init; }

    /// <summary>Memory policies of NUMA.</summary>
    [JsonPropertyName("memoryPolicy")]
    public MemoryPolicyFeatures? MemoryPolicy { get; init; }

    /// <summary>Intel RDT.</summary>
    [JsonPropertyName("intelRdt")]
    public IntelRdtFeatures? IntelRdt { get; init; }

    /// <summary>Mounts beyond their options.</summary>
    [JsonPropertyName("mountExtensions")]
    public MountExtensionFeatures? MountExtensions { get; init; }

    /// <summary>Moving network devices into the container.</summary>
    [JsonPropertyName("netDevices")]
    public FeatureSwitch? NetDevices { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
