using Oci.Runtime.Linux.Seccomp;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Features;

/// <summary>The features of this runtime: what was compiled in, as the spec wants it, not what the host can do.</summary>
internal static class OwnFeatures
{
    private const string OldestVersion = "1.0.0";

    private static readonly string[] Hooks = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

    private static readonly string[] MountOptions =
    [
        "async", "atime", "bind", "defaults", "dev", "diratime", "dirsync", "exec", "idmap", "iversion", "lazytime", "loud", "mand", "noatime", "nodev",
        "nodiratime", "noexec", "noiversion", "nolazytime", "nomand", "norelatime", "nostrictatime", "nosuid", "nosymfollow",
        "private", "ratime", "rbind", "rdev", "rdiratime", "relatime", "remount", "rexec", "ridmap", "rnoatime", "rnodev", "rnodiratime", "rnoexec",
        "rnorelatime", "rnostrictatime", "rnosuid", "rnosymfollow", "ro", "rprivate", "rrelatime", "rro", "rrw", "rshared",
        "rslave", "rstrictatime", "rsuid", "rsymfollow", "runbindable", "rw", "shared", "silent", "slave", "strictatime", "suid",
        "symfollow", "sync", "tmpcopyup", "unbindable",
    ];

    public static RuntimeFeatures Create() => new()
    {
        OciVersionMin = OldestVersion,
        OciVersionMax = RuntimeSpec.CurrentVersion,
        Hooks = Hooks,
        MountOptions = MountOptions,
        Linux = new LinuxFeatures
        {
            Namespaces =
            [
                LinuxNamespaceTypes.Cgroup, LinuxNamespaceTypes.Ipc, LinuxNamespaceTypes.Mount, LinuxNamespaceTypes.Network,
                LinuxNamespaceTypes.Pid, LinuxNamespaceTypes.Time, LinuxNamespaceTypes.User, LinuxNamespaceTypes.Uts,
            ],
            Capabilities = LinuxCapabilityNames.All,
            Cgroup = new CgroupFeatures { V1 = true, V2 = true, Systemd = true, SystemdUser = true, Rdma = true },
            Seccomp = new SeccompFeatures
            {
                Enabled = true,
                Actions = SeccompRules.Actions,
                Operators = SeccompRules.Operators,
                Architectures = [.. SeccompArchitecture.All.Select(a => a.Name)],
                KnownFlags = SeccompRules.Flags,
                SupportedFlags = SeccompRules.Flags,
            },
            AppArmor = new FeatureSwitch { Enabled = true },
            SELinux = new FeatureSwitch { Enabled = true },
            MemoryPolicy = new MemoryPolicyFeatures { Modes = LinuxRules.MemoryPolicyModes, Flags = LinuxRules.MemoryPolicyFlags },
            IntelRdt = new IntelRdtFeatures { Enabled = true, Schemata = true, Monitoring = true },
            MountExtensions = new MountExtensionFeatures { Idmap = new FeatureSwitch { Enabled = true } },
            NetDevices = new FeatureSwitch { Enabled = true },
        },
        Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            // The name that callers of runc look for.
            ["org.opencontainers.runc.checkpoint.enabled"] = "false",
        },
    };
}
