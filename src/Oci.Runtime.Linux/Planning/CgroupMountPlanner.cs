using Oci.Common.Linux;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Mounts;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Planning;

/// <summary>The steps that show a container its cgroups: one mount of v2, or a tmpfs with a mount for each hierarchy of v1.</summary>
internal static class CgroupMountPlanner
{
    private const long Readonly = 0x1;
    private const long NoSuidDevExec = 0xE;

    public static void Add(PlanContext context, MountOptions options, string target, string pointer)
    {
        PlanBuilder builder = context.Builder;
        builder.Begin($"mounting the cgroups at {target}", pointer, target);
        IReadOnlyList<CgroupHierarchy> mounts = context.Host.Cgroups;
        if (mounts.Count == 0)
        {
            context.Warn($"This host has no cgroups mounted, so {target} is left as it is.");
        }
        else if (mounts is [{ IsUnified: true } unified])
        {
            AddOne(context, unified, target, options.Set);
        }
        else
        {
            AddSeveral(context, mounts, target, options.Set);
        }
    }

    private static void AddSeveral(PlanContext context, IReadOnlyList<CgroupHierarchy> mounts, string target, long attributes)
    {
        PlanBuilder builder = context.Builder;
        PlanCell place = PlanCell.Slot("place");
        PlanCell folder = PlanCell.Slot("cgroups");
        RootPaths.OpenOrCreateDirectory(context, target, place);
        MountPlanner.AddNewFilesystem(context, "tmpfs", "tmpfs", ["mode=755"], attributes & ~Readonly, folder);
        builder.Add(SystemCall.move_mount, [folder, builder.Text(""), place, builder.Text(""), PlanFlags.MoveByDescriptors]);
        builder.Add(SystemCall.close, [place]);
        foreach (CgroupHierarchy mount in mounts)
        {
            string name = Path.GetFileName(mount.MountPoint);
            AddOne(context, mount, $"{target}/{name}", attributes);
            foreach (string controller in mount.Controllers.Where(c => mount.Controllers.Count > 1 && c != name))
            {
                builder.Add(SystemCall.symlinkat, [builder.Text(name), folder, builder.Text(controller)], [Errno.EEXIST]);
            }
        }
        if ((attributes & Readonly) != 0)
        {
            MountPlanner.AddSetAttributes(context, folder, isRecursive: false, Readonly, 0, 0, "");
        }
        builder.Add(SystemCall.close, [folder]);
    }

    /// <summary>With a cgroup namespace a new mount begins at the container's own cgroup; without, or refused, that directory is bound.</summary>
    private static void AddOne(PlanContext context, CgroupHierarchy mount, string target, long attributes)
    {
        PlanBuilder builder = context.Builder;
        PlanCell place = PlanCell.Slot("place");
        PlanCell tree = PlanCell.Slot("tree");
        PlanLabel refused = builder.NewLabel();
        PlanLabel mounted = builder.NewLabel();
        RootPaths.OpenOrCreateDirectory(context, target, place);
        if (context.Namespace(LinuxNamespaceTypes.Cgroup) is not null)
        {
            string[] data = [.. mount.Controllers.SelectMany(c => c.StartsWith("name=", StringComparison.Ordinal) ? new[] { "none", c } : [c])];
            MountPlanner.AddNewFilesystem(context, mount.IsUnified ? "cgroup2" : "cgroup", "cgroup", data, attributes | NoSuidDevExec, tree, refused);
            builder.Jump(mounted);
        }
        builder.Place(refused);
        MountPlanner.AddOpenTree(context, HostPath(context, mount), isRecursive: false, tree);
        MountPlanner.AddSetAttributes(context, tree, isRecursive: false, attributes | NoSuidDevExec, 0, 0, "");
        builder.Place(mounted);
        MountPlanner.AddMove(context, tree, place);
    }

    /// <summary>The container's cgroup on the host; this process's own where the container has none.</summary>
    private static string HostPath(PlanContext context, CgroupHierarchy hierarchy) =>
        hierarchy.MountPoint.TrimEnd('/')
        + (context.Host.NoCgroup is not null || hierarchy.IsNamed
            ? CgroupPath.Clean(hierarchy.OwnPath)
            : CgroupPath.Resolve(context.Spec.Linux?.CgroupsPath, context.ContainerId, hierarchy));
}
