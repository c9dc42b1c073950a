namespace Oci.Runtime.Linux.Spec;

/// <summary>Rules of the Linux part (runtime-spec, config-linux.md).</summary>
internal static class LinuxRules
{
    private static readonly string[] Propagations =
        ["shared", "slave", "private", "unbindable", "rshared", "rslave", "rprivate", "runbindable"];

    private static readonly string[] PersonalityDomains = ["LINUX", "LINUX32"];

    internal static readonly string[] MemoryPolicyModes =
    [
        "MPOL_DEFAULT", "MPOL_PREFERRED", "MPOL_BIND", "MPOL_INTERLEAVE", "MPOL_LOCAL", "MPOL_PREFERRED_MANY",
        "MPOL_WEIGHTED_INTERLEAVE",
    ];

    internal static readonly string[] MemoryPolicyFlags = ["MPOL_F_STATIC_NODES", "MPOL_F_RELATIVE_NODES", "MPOL_F_NUMA_BALANCING"];

    public static void Check(SpecCheck check, LinuxSpec linux)
    {
        NamespaceRules.Check(check, linux);
        SysctlRules.Check(check, linux.Sysctl);
        if (linux.Resources is { } resources)
        {
            ResourceRules.Check(check, resources);
        }
        check.Text(linux.CgroupsPath, "/linux/cgroupsPath");
        DeviceRules.Check(check, linux.Devices);
        NetDeviceRules.Check(check, linux.NetDevices);
        if (linux.Seccomp is { } seccomp)
        {
            SeccompRules.Check(check, seccomp);
        }
        if (linux.RootfsPropagation is { Length: > 0 } propagation)
        {
            check.OneOf(propagation, Propagations, "/linux/rootfsPropagation");
        }
        CheckPaths(check, linux.MaskedPaths, "/linux/maskedPaths");
        CheckPaths(check, linux.ReadonlyPaths, "/linux/readonlyPaths");
        if (linux.IntelRdt?.ClosId is { } closId && closId != "/" && (closId is "." or ".." || closId.Contains('/')))
        {
            check.Error("/linux/intelRdt/closID", $"{SpecCheck.Quote(closId)} is not the name of a directory.", "Name one, or use / for the default class.");
        }
        if (linux.MemoryPolicy is { } policy)
        {
            check.OneOf(policy.Mode, MemoryPolicyModes, "/linux/memoryPolicy/mode");
            NumberListRules.Check(check, policy.Nodes, "/linux/memoryPolicy/nodes");
            check.Each(policy.Flags, "/linux/memoryPolicy/flags", (flag, pointer) => check.OneOf(flag, MemoryPolicyFlags, pointer));
        }
        check.OneOf(linux.Personality?.Domain, PersonalityDomains, "/linux/personality/domain");
    }

    private static void CheckPaths(SpecCheck check, IReadOnlyList<string>? paths, string pointer)
    {
        if (paths is { Count: > 0 })
        {
            MountRules.RequireMountNamespace(check, pointer);
        }
        check.Each(paths, pointer, check.AbsolutePath);
    }
}
