using System.Text.Json.Serialization;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Systemd;

namespace Oci.Runtime.Linux.Lifecycle;

/// <summary>What is kept of a container in its <c>state.json</c>: facts that do not change. Its status is looked up each time.</summary>
internal sealed record ContainerRecord
{
    [JsonPropertyName("ociVersion")]
    public required string OciVersion { get; init; }

    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("pid")]
    public required int Pid { get; init; }

    /// <summary>When the process started, in clock ticks since boot (proc(5), stat, field 22): with the pid it names one process.</summary>
    [JsonPropertyName("startTime")]
    public required ulong StartTime { get; init; }

    [JsonPropertyName("created")]
    public required DateTimeOffset Created { get; init; }

    [JsonPropertyName("bundle")]
    public required string Bundle { get; init; }

    [JsonPropertyName("rootfs")]
    public required string RootPath { get; init; }

    /// <summary>The layers of the root filesystem, the topmost first; null where it is one directory.</summary>
    [JsonPropertyName("layers")]
    public IReadOnlyList<string>? RootDirectories { get; init; }

    /// <summary>The name of the program, for messages.</summary>
    [JsonPropertyName("program")]
    public required string Program { get; init; }

    /// <summary>Its cgroup's directories by controller; null where it has none.</summary>
    [JsonPropertyName("cgroupPaths")]
    public IReadOnlyDictionary<string, string>? CgroupPaths { get; init; }

    /// <summary>The groups of resctrl that were made for it, in the order to remove them; null where there are none.</summary>
    [JsonPropertyName("resctrlPaths")]
    public IReadOnlyList<string>? ResctrlPaths { get; init; }

    /// <summary>The cgroups above it that were made for it, the highest first.</summary>
    [JsonPropertyName("cgroupParents")]
    public IReadOnlyList<string>? CgroupParents { get; init; }

    /// <summary>The unit of systemd that its cgroup is; null where it is none.</summary>
    [JsonPropertyName("systemdUnit")]
    public string? SystemdUnit { get; init; }

    /// <summary>Whether its processes all end with the first: they are in a pid namespace of its own.</summary>
    [JsonPropertyName("ownsPidNamespace")]
    public bool OwnsPidNamespace { get; init; }

    /// <summary>Whether its configuration has hooks that are run at start or delete.</summary>
    [JsonPropertyName("hasHooks")]
    public bool HasHooks { get; init; }

    [JsonPropertyName("annotations")]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>What is wrong with it; null where nothing is. It is acted on by who may be root, so it is not trusted.</summary>
    public string? FindDefect(string id) =>
        !string.Equals(Id, id, StringComparison.Ordinal) ? $"it is of '{Id}'"
        : Pid <= 0 ? $"{Pid} is no process"
        : CgroupPaths is { Count: 0 } || CgroupPaths?.Values.Any(p => p is null or "/" || CgroupPath.Clean(p) != p) == true ? "its cgroups are no absolute paths"
        : ResctrlPaths?.Any(p => p is null or "/" || CgroupPath.Clean(p) != p) == true ? "its resctrl groups are no absolute paths"
        : SystemdUnit is not null && (CgroupPaths is null || CgroupPaths.Values.Any(p => !p.EndsWith("/" + SystemdUnit, StringComparison.Ordinal))) ? "its cgroups are not of its unit"
        : CgroupParents?.Any(p => p is null or "/" || CgroupPath.Clean(p) != p || CgroupPaths?.Values.Any(c => c.StartsWith(p + "/", StringComparison.Ordinal)) != true) == true ? "its cgroups' parents are not above them"
        : null;

    /// <summary>The state that callers and hooks get.</summary>
    public ContainerState ToState(ContainerStatus status) => new()
    {
        OciVersion = OciVersion,
        Id = Id,
        Status = status,
        Pid = status == ContainerStatus.Stopped ? null : Pid,
        Bundle = Bundle,
        Annotations = Annotations,
    };

    /// <summary>Its cgroup, whether or not it is still there; null where it has none.</summary>
    public ICgroup? OpenCgroup()
    {
        if (CgroupPaths is null)
        {
            return null;
        }
        Cgroup cgroup = CgroupHost.Reopen(Id, CgroupPaths, CgroupParents);
        return SystemdUnit is null
            ? cgroup
            : new SystemdCgroup(
                Id,
                cgroup,
                new Systemd.SystemdUnit(SystemdUnit, ""),
                CgroupPaths.Keys.Any(c => c.Length > 0) ? CgroupMode.Hybrid : CgroupMode.V2,
                linux: null,
                new SystemdManager(Id, SystemdEndpoint.Find()));
    }
}
