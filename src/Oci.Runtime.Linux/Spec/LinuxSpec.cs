using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>What only Linux knows of a container (runtime-spec, config-linux.md).</summary>
public sealed record LinuxSpec
{
    /// <summary>User ids of a new user namespace.</summary>
    [JsonPropertyName("uidMappings")]
    public IReadOnlyList<LinuxIdMapping>? UidMappings { get; init; }

    /// <summary>Group ids of a new user namespace.</summary>
    [JsonPropertyName("gidMappings")]
    public IReadOnlyList<LinuxIdMapping>? GidMappings { get; init; }

    /// <summary>Kernel parameters of the container's namespaces, such as <c>net.ipv4.ip_forward</c>.</summary>
    [JsonPropertyName("sysctl")]
    public IReadOnlyDictionary<string, string>? Sysctl { get; init; }

    /// <summary>Limits by control groups; nothing is limited where absent.</summary>
    [JsonPropertyName("resources")]
    public LinuxResources? Resources { get; init; }

    /// <summary>The container's cgroup: absolute from the hierarchy's root, or relative to a place that the runtime chooses.</summary>
    [JsonPropertyName("cgroupsPath")]
    public string? CgroupsPath { get; init; }

    /// <summary>Namespaces that are made or joined, each type once; a type not listed is the runtime's own.</summary>
    [JsonPropertyName("namespaces")]
    public IReadOnlyList<LinuxNamespace>? Namespaces { get; init; }

    /// <summary>Devices beyond the default ones.</summary>
    [JsonPropertyName("devices")]
    public IReadOnlyList<LinuxDevice>? Devices { get; init; }

    /// <summary>Network devices that move into the container, by their names on the host.</summary>
    [JsonPropertyName("netDevices")]
    public IReadOnlyDictionary<string, LinuxNetDevice>? NetDevices { get; init; }

    /// <summary>The system call filter.</summary>
    [JsonPropertyName("seccomp")]
    public LinuxSeccomp? Seccomp { get; init; }

    /// <summary>How mounts propagate from and to the root: <c>shared</c>, <c>slave</c>, <c>private</c> or <c>unbindable</c>, also with a leading <c>r</c>.</summary>
    [JsonPropertyName("rootfsPropagation")]
    public string? RootfsPropagation { get; init; }

    /// <summary>Absolute paths that read as empty in the container.</summary>
    [JsonPropertyName("maskedPaths")]
    public IReadOnlyList<string>? MaskedPaths { get; init; }

    /// <summary>Absolute paths that are read-only in the container.</summary>
    [JsonPropertyName("readonlyPaths")]
    public IReadOnlyList<string>? ReadonlyPaths { get; init; }

    /// <summary>The SELinux label of the container's mounts.</summary>
    [JsonPropertyName("mountLabel")]
    public string? MountLabel { get; init; }

    /// <summary>Cache and memory bandwidth control (resctrl).</summary>
    [JsonPropertyName("intelRdt")]
    public LinuxIntelRdt? IntelRdt { get; init; }

    /// <summary>The NUMA memory policy (set_mempolicy(2)).</summary>
    [JsonPropertyName("memoryPolicy")]
    public LinuxMemoryPolicy? MemoryPolicy { get; init; }

    /// <summary>The execution domain (personality(2)).</summary>
    [JsonPropertyName("personality")]
    public LinuxPersonality? Personality { get; init; }

    /// <summary>Offsets of a new time namespace by clock: <c>monotonic</c> or <c>boottime</c>.</summary>
    [JsonPropertyName("timeOffsets")]
    public IReadOnlyDictionary<string, LinuxTimeOffset>? TimeOffsets { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }
}
