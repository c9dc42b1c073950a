using Oci.Runtime.Linux.Namespaces;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Bundles;

/// <summary>A configuration to start from: what <c>runc spec</c> writes, with the capabilities that images expect.</summary>
/// <remarks>
/// Fresh pid, network, ipc, uts, mount and cgroup namespaces; <c>/proc</c>, <c>/dev</c>, <c>/dev/pts</c>, <c>/dev/shm</c>,
/// <c>/dev/mqueue</c>, <c>/sys</c> and <c>/sys/fs/cgroup</c>; what leaks or changes the host masked or read-only; no
/// new privileges; no terminal; the root <c>rootfs</c> of the bundle; <c>sh</c> as the process.
/// </remarks>
public static class DefaultSpec
{
    /// <summary>The PATH where an image says nothing.</summary>
    public const string Path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    // The oldest version that has all members below: crun 1.8, for one, refuses a document of 1.2 or newer.
    private const string OciVersion = "1.0.2";

    // The set that podman and buildah give (containers.conf(5), default_capabilities).
    private static readonly string[] Capabilities =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_NET_BIND_SERVICE", "CAP_SETFCAP",
        "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID", "CAP_SYS_CHROOT",
    ];

    private static readonly string[] MaskedPaths =
    [
        "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug",
        "/proc/scsi", "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap", "/sys/firmware",
    ];

    private static readonly string[] ReadonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    /// <summary>The configuration for a runtime that is root.</summary>
    public static RuntimeSpec Create() => new()
    {
        OciVersion = OciVersion,
        Root = new RootSpec { Path = "rootfs" },
        Process = new ProcessSpec
        {
            User = new UserSpec(),
            Args = ["sh"],
            Env = [$"PATH={Path}", "TERM=xterm"],
            Cwd = "/",
            Capabilities = new LinuxCapabilities { Bounding = Capabilities, Effective = Capabilities, Permitted = Capabilities },
            NoNewPrivileges = true,
        },
        Hostname = "container",
        Mounts =
        [
            Mount("/proc", "proc", "proc", "nosuid", "noexec", "nodev"),
            Mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
            Mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"),
            Mount("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k"),
            Mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"),
            Mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"),
            Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", "ro"),
        ],
        Linux = new LinuxSpec
        {
            Namespaces =
            [
                Namespace(LinuxNamespaceTypes.Pid), Namespace(LinuxNamespaceTypes.Network), Namespace(LinuxNamespaceTypes.Ipc),
                Namespace(LinuxNamespaceTypes.Uts), Namespace(LinuxNamespaceTypes.Mount), Namespace(LinuxNamespaceTypes.Cgroup),
            ],
            Resources = new LinuxResources { Devices = [new LinuxDeviceRule { Allow = false, Access = "rwm" }] },
            MaskedPaths = MaskedPaths,
            ReadonlyPaths = ReadonlyPaths,
        },
    };

    /// <summary>The configuration for a runtime that is an ordinary user.</summary>
    /// <param name="mappings">The ids that the user may map: <see cref="RootlessIdMappings.Detect"/>.</param>
    /// <returns>
    /// <see cref="Create"/> with a user namespace, with the outer <c>/sys</c> bound read-only in place of a new one, and
    /// without limits and a cgroup mount, which need rights that an ordinary user has not. Unlike <c>runc spec --rootless</c>
    /// it keeps a network namespace of its own, which has no more than a loopback device.
    /// </returns>
    public static RuntimeSpec CreateRootless(RootlessIdMappings mappings)
    {
        ArgumentNullException.ThrowIfNull(mappings);
        RuntimeSpec spec = Create();
        return spec with
        {
            Mounts =
            [
                .. spec.Mounts!.Where(mount => !mount.Destination.StartsWith("/sys", StringComparison.Ordinal)).Select(mount => WithMappedGroup(mount, mappings)),
                Mount("/sys", "bind", "/sys", "rbind", "nosuid", "noexec", "nodev", "ro"),
            ],
            Linux = spec.Linux! with
            {
                Namespaces = [.. spec.Linux.Namespaces!.Where(ns => ns.Type is not LinuxNamespaceTypes.Cgroup), Namespace(LinuxNamespaceTypes.User)],
                UidMappings = mappings.Uids,
                GidMappings = mappings.Gids,
                Resources = null,
            },
        };
    }

    // devpts refuses a group that the user namespace does not map.
    private static MountSpec WithMappedGroup(MountSpec mount, RootlessIdMappings mappings) =>
        mount.Type is "devpts" && !mappings.Gids.Any(range => range.ContainerId <= 5 && 5 - range.ContainerId < range.Size)
            ? mount with { Options = [.. mount.Options!.Where(option => option is not "gid=5")] }
            : mount;

    private static MountSpec Mount(string destination, string type, string source, params string[] options) =>
        new() { Destination = destination, Type = type, Source = source, Options = options };

    private static LinuxNamespace Namespace(string type) => new() { Type = type };
}
