using Oci.Common.Linux;
using Oci.Runtime.Linux.Bundles;

namespace Oci.Runtime.Linux.Planning;

/// <summary>The steps that make the root filesystem a mount of its own, and, at the end, the root.</summary>
internal static class RootPlanner
{
    /// <summary>For all paths of a container together: renames elsewhere on the host cause some too.</summary>
    private const int MaxRetries = 100_000;

    private const long MS_REC = 0x4000;

    /// <summary>The directory that becomes the root, on the host.</summary>
    public static string HostPath(PlanContext context) => Path.GetFullPath(context.Spec.Root!.Path, context.Bundle);

    public static void AddAttach(PlanContext context)
    {
        PlanBuilder builder = context.Builder;
        builder.Phase = PlanPhase.Root;
        string path = HostPath(context);
        long propagation = MountsPropagation(context);
        bool isShared = propagation == MountPropagation.Shared;
        builder.Begin(
            isShared ? "sharing mounts with the host" : "keeping mounts from going to the host",
            context.Spec.Linux?.RootfsPropagation is null ? null : "/linux/rootfsPropagation",
            "/");
        builder.Add(SystemCall.mount, [0, builder.Text("/"), 0, PlanArgument.Number(propagation | MS_REC, MountPropagation.Name(propagation) + "|MS_REC"), 0]);
        if (isShared)
        {
            AddDetachRoot(context, path);
        }
        builder.Begin("counting how often a path may move while it is resolved");
        builder.Add(SystemCall.eventfd2, [MaxRetries, PlanArgument.Number(0x80801, "EFD_SEMAPHORE|EFD_CLOEXEC|EFD_NONBLOCK")], result: context.Retries);
        if (context.Host.Overlay is OverlayRoot overlay)
        {
            OverlayPlanner.Add(context, overlay, path);
            return;
        }
        PlanCell place = PlanCell.Slot("place");
        builder.Begin($"mounting the root filesystem {path}", "/root/path", path);
        builder.Add(SystemCall.openat, [PlanFlags.AtFdcwd, builder.Text(path), context.Flags.OpenDirectory, 0], result: place);
        builder.Add(SystemCall.open_tree, [place, builder.Text(""), PlanArgument.Number(0x89001, "OPEN_TREE_CLONE|AT_RECURSIVE|AT_EMPTY_PATH")], result: context.Root);
        builder.Add(SystemCall.move_mount, [context.Root, builder.Text(""), place, builder.Text(""), PlanFlags.MoveByDescriptors]);
        builder.Add(SystemCall.close, [place]);
    }

    /// <summary>MS_SLAVE and its like: how the mounts of the new namespace hang together with the host's.</summary>
    public static long MountsPropagation(PlanContext context)
    {
        long asked = MountPropagation.Parse(context.Spec.Linux?.RootfsPropagation)?.Flags & ~MS_REC ?? MountPropagation.Slave;
        // What is unbindable could not be bound; it becomes that when it is the root.
        return asked == MountPropagation.Unbindable ? MountPropagation.Private : asked;
    }

    /// <summary>The mount that holds the root becomes private: else the root would be mounted on the host too, and pivot_root(2) be refused.</summary>
    private static void AddDetachRoot(PlanContext context, string path)
    {
        PlanBuilder builder = context.Builder;
        PlanLabel isPrivate = builder.NewLabel();
        builder.Begin("keeping the root's own mount from going to the host", "/linux/rootfsPropagation", path);
        for (string? at = path; at is not null; at = Path.GetDirectoryName(at))
        {
            // EINVAL: no mount begins here, so it is one of a directory above.
            ReadOnlySpan<Errno> tolerates = at is "/" ? [] : [Errno.EINVAL];
            builder.Add(SystemCall.mount, [0, builder.Text(at), 0, PlanArgument.Number(MountPropagation.Private, "MS_PRIVATE"), 0], tolerates, onSuccess: isPrivate);
        }
        builder.Place(isPrivate);
    }

    /// <summary>Makes it the root, by descriptors (pivot_root(2), "pivot_root(".", ".")").</summary>
    public static void AddPivot(PlanContext context)
    {
        PlanBuilder builder = context.Builder;
        string path = HostPath(context);
        if (context.Spec.Root!.Readonly == true)
        {
            builder.Begin("making the root read-only", "/root/readonly", "/");
            builder.Add(
                SystemCall.mount_setattr,
                [context.Root, builder.Text(""), PlanFlags.EmptyPath, PlanArgument.AddressOf(PlanBuilder.Struct("{MOUNT_ATTR_RDONLY}", 1, 0, 0, 0)), 32]);
        }
        PlanCell host = PlanCell.Slot("host");
        builder.Begin("changing the root", "/root/path", path);
        builder.Add(SystemCall.openat, [PlanFlags.AtFdcwd, builder.Text("/"), context.Flags.OpenDirectory, 0], result: host);
        builder.Add(SystemCall.fchdir, [context.Root]);
        builder.Add(SystemCall.pivot_root, [builder.Text("."), builder.Text(".")]);
        builder.Begin("letting go of the host's root", null, "/");
        builder.Add(SystemCall.fchdir, [host]);
        builder.Add(SystemCall.mount, [0, builder.Text("."), 0, PlanArgument.Number(MountPropagation.Slave | MS_REC, "MS_SLAVE|MS_REC"), 0]);
        builder.Add(SystemCall.umount2, [builder.Text("."), PlanArgument.Number(2, "MNT_DETACH")]);
        builder.Add(SystemCall.chdir, [builder.Text("/")]);
        // Before the working directory is entered, and as long as the container waits to be started (CVE-2024-21626).
        builder.Add(SystemCall.close, [host]);
        builder.Add(SystemCall.close, [context.Root]);
        if (MountPropagation.Parse(context.Spec.Linux?.RootfsPropagation) is (long propagation, string name))
        {
            builder.Begin($"making the root {context.Spec.Linux!.RootfsPropagation}", "/linux/rootfsPropagation", "/");
            builder.Add(SystemCall.mount, [0, builder.Text("/"), 0, PlanArgument.Number(propagation, name), 0]);
        }
    }
}
