using Oci.Common.Linux;
using Oci.Runtime.Linux.Mounts;

namespace Oci.Runtime.Linux.Cgroups;

/// <summary>The cgroup hierarchies of this system, as this process sees them.</summary>
internal sealed class CgroupHost
{
    private CgroupHost(CgroupMode mode, IReadOnlyList<CgroupHierarchy> hierarchies)
    {
        Mode = mode;
        Hierarchies = hierarchies;
    }

    public CgroupMode Mode { get; }

    /// <summary>The hierarchies, each once, in the order that they were mounted.</summary>
    public IReadOnlyList<CgroupHierarchy> Hierarchies { get; }

    /// <summary>Reads what is mounted now.</summary>
    public static CgroupHost Read() => Match(MountTable.Read(), File.ReadAllText("/proc/self/cgroup"));

    /// <summary>Puts together the mounts and the places of a process. Pure.</summary>
    public static CgroupHost Parse(string mountInfo, string cgroup) => Match(MountInfo.ParseFile(mountInfo), cgroup);

    private static CgroupHost Match(IReadOnlyList<MountInfo> mounts, string cgroup)
    {
        var memberships = new List<CgroupMembership>();
        foreach (ReadOnlySpan<char> line in cgroup.AsSpan().EnumerateLines())
        {
            if (CgroupMembership.TryParseLine(line, out CgroupMembership? membership))
            {
                memberships.Add(membership!);
            }
        }
        var hierarchies = new List<CgroupHierarchy>();
        foreach (CgroupMembership membership in memberships)
        {
            // A bind mount of a part of a hierarchy can come later: the widest mount, and of those the first, is the one.
            MountInfo? mount = mounts.Where(mount => IsOf(mount, membership)).MinBy(mount => mount.Root.Length);
            if (mount is not null)
            {
                hierarchies.Add(new CgroupHierarchy(mount.MountPoint, membership.Controllers, BelowRoot(membership.Path, mount.Root)));
            }
        }
        hierarchies.Reverse();
        bool hasControllers = hierarchies.Exists(h => !h.IsUnified && !h.IsNamed);
        bool hasUnified = hierarchies.Exists(h => h.IsUnified);
        CgroupMode mode = (hasControllers, hasUnified) switch
        {
            (true, true) => CgroupMode.Hybrid,
            (true, false) => CgroupMode.V1,
            (false, true) => CgroupMode.V2,
            _ => CgroupMode.None,
        };
        return new CgroupHost(mode, hierarchies);
    }

    /// <summary>Whether this process may make a container's cgroup; asks, and changes nothing.</summary>
    public CgroupAvailability CheckAvailable(string containerId, string? cgroupsPath)
    {
        if (Mode == CgroupMode.None)
        {
            return new CgroupAvailability(Mode, "The container has no cgroup, since none is mounted on this system: no limits, and no freezing. Mount cgroup2 at /sys/fs/cgroup.");
        }
        foreach (string directory in Open(containerId, cgroupsPath).Paths.Values)
        {
            string existing = directory;
            Errno errno;
            while ((errno = Libc.Access(existing, Libc.W_OK)) == Errno.ENOENT && Path.GetDirectoryName(existing) is { Length: > 1 } parent)
            {
                existing = parent;
            }
            if (errno != Errno.None)
            {
                return new CgroupAvailability(Mode, $"The container has no cgroup, since {existing} cannot be written ({errno}): no limits, and no freezing. Run as root, or in a cgroup v2 that is delegated to you.");
            }
        }
        return new CgroupAvailability(Mode, null);
    }

    /// <summary>The cgroup of a container, there or not; nothing is done to it.</summary>
    /// <exception cref="ContainerException">The system has no cgroups.</exception>
    public Cgroup Open(string containerId, string? cgroupsPath)
    {
        var paths = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (CgroupHierarchy hierarchy in Hierarchies.Where(h => !h.IsNamed))
        {
            string directory = hierarchy.MountPoint.TrimEnd('/') + CgroupPath.Resolve(cgroupsPath, containerId, hierarchy);
            foreach (string controller in hierarchy.IsUnified ? [""] : hierarchy.Controllers)
            {
                paths.TryAdd(controller, directory);
            }
        }
        return paths.Count > 0
            ? Reopen(containerId, paths)
            : throw ContainerException.From(new ContainerFailure
            {
                ContainerId = containerId,
                Step = "making the cgroup",
                SpecPointer = "/linux/resources",
                Hint = "Mount cgroup2 at /sys/fs/cgroup, or leave the limits out.",
            }, "no cgroup hierarchy is mounted");
    }

    /// <summary>The cgroup of a container whose <see cref="ICgroup.Paths"/> were kept.</summary>
    public static Cgroup Reopen(string containerId, IReadOnlyDictionary<string, string> paths, IReadOnlyList<string>? madeParents = null) =>
        paths.Keys.Any(controller => controller.Length > 0) ? new CgroupV1(containerId, paths, madeParents) : new CgroupV2(containerId, paths[""], madeParents);

    private static bool IsOf(MountInfo mount, CgroupMembership membership) => membership.Controllers.Count == 0
        ? mount.FileSystemType is "cgroup2"
        : mount.FileSystemType is "cgroup" && membership.Controllers.All(c => MountInfo.HasOption(mount.SuperOptions, c));

    // In a container the mount can show a part of the hierarchy only, while the place is told from its true root.
    private static string BelowRoot(string path, string root)
    {
        string clean = CgroupPath.Clean(path);
        if (path.StartsWith("/..", StringComparison.Ordinal))
        {
            return "/";
        }
        if (root is "/" || root.StartsWith("/..", StringComparison.Ordinal))
        {
            return clean;
        }
        return clean == root ? "/" : clean.StartsWith(root + "/", StringComparison.Ordinal) ? clean[root.Length..] : "/";
    }
}
