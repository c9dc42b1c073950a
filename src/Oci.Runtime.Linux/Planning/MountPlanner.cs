using Oci.Common.Linux;
using Oci.Runtime.Linux.Mounts;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Planning;

/// <summary>The steps that make the mounts of the configuration, each from descriptor to descriptor.</summary>
internal static class MountPlanner
{
    private const long Readonly = 0x1;

    private const string ProcFallback =
        "The kernel lets this user mount no procfs of the container's own, so /proc is a bind of the outer one and shows the outer processes.";

    // What lxcfs and podman mount over procfs; anything else there could lift a protection (CVE-2019-16884).
    private static readonly HashSet<string> AllowedOnProc = new(StringComparer.Ordinal)
    {
        "/proc/cpuinfo", "/proc/diskstats", "/proc/meminfo", "/proc/stat", "/proc/swaps", "/proc/uptime", "/proc/loadavg",
        "/proc/slabinfo", "/proc/net/dev", "/proc/sys/kernel/ns_last_pid", "/proc/sys/crypto/fips_enabled",
    };

    public static void Add(PlanContext context)
    {
        context.Builder.Phase = PlanPhase.Mounts;
        IReadOnlyList<MountSpec> mounts = context.Spec.Mounts ?? [];
        for (int i = 0; i < mounts.Count; i++)
        {
            MountSpec mount = mounts[i];
            string pointer = JsonPointer.Item("/mounts", i);
            MountOptions options = MountOptions.Parse(mount.Type, mount.Options);
            string target = RootPaths.Clean(mount.Destination);
            if (options.IsRemount)
            {
                RemountPlanner.Add(context, options, target, pointer);
            }
            else if (options.IsBind)
            {
                AddBind(context, mount, options, target, pointer);
            }
            else if (mount.Type is "cgroup" or "cgroup2")
            {
                CgroupMountPlanner.Add(context, options, target, pointer);
            }
            else
            {
                context.Builder.Begin($"mounting {mount.Type} at {target}", pointer, target);
                AddFilesystem(context, mount.Type!, mount.Source, options.WithLabel(mount.Type!, context.Spec.Linux?.MountLabel), target);
            }
        }
    }

    private static void AddBind(PlanContext context, MountSpec mount, MountOptions options, string target, string pointer)
    {
        PlanBuilder builder = context.Builder;
        string source = Path.GetFullPath(mount.Source!, context.Bundle);
        builder.Begin($"binding {source} at {target}", pointer, source);
        PlanCell tree = PlanCell.Slot("tree");
        if (MappedMountPlanner.IsMapped(mount, options))
        {
            MappedMountPlanner.AddOpenTree(context, mount, options, source, tree);
        }
        else
        {
            AddOpenTree(context, source, options.IsRecursive, tree);
        }
        PlanCell place = PlanCell.Slot("place");
        builder.Path = target;
        RootPaths.OpenOrCreateLike(context, target, tree, place);
        if (target is "/proc")
        {
            NamespacePlanner.AddExpectProc(builder, tree);
        }
        else if (!AllowedOnProc.Contains(target))
        {
            NamespacePlanner.AddExpectNotProc(builder, place);
        }
        AddAttributes(context, tree, options);
        AddMove(context, tree, place);
    }

    /// <summary>A detached copy of the host's mount at a path.</summary>
    internal static void AddOpenTree(PlanContext context, string source, bool isRecursive, PlanCell tree) =>
        context.Builder.Add(
            SystemCall.open_tree,
            [
                PlanFlags.AtFdcwd,
                context.Builder.Text(source),
                isRecursive ? PlanArgument.Number(0x88001, "OPEN_TREE_CLONE|AT_RECURSIVE") : PlanArgument.Number(0x80001, "OPEN_TREE_CLONE"),
            ],
            result: tree);

    /// <summary>Sets and clears what the options name, on the mount and below.</summary>
    internal static void AddAttributes(PlanContext context, PlanCell tree, MountOptions options)
    {
        if (options.Set != 0 || options.Clear != 0)
        {
            AddSetAttributes(context, tree, isRecursive: false, options.Set, options.Clear, 0, "");
        }
        if (options.RecursiveSet != 0 || options.RecursiveClear != 0)
        {
            AddSetAttributes(context, tree, isRecursive: true, options.RecursiveSet, options.RecursiveClear, 0, "");
        }
        AddPropagation(context, tree, options);
    }

    private static void AddPropagation(PlanContext context, PlanCell tree, MountOptions options)
    {
        const long mask = MountPropagation.Private | MountPropagation.Slave | MountPropagation.Shared | MountPropagation.Unbindable;
        foreach (string word in options.Propagation)
        {
            (long flags, string name) = MountPropagation.Parse(word)!.Value;
            AddSetAttributes(context, tree, MountPropagation.IsRecursive(flags), 0, 0, flags & mask, name);
        }
    }

    internal static void AddSetAttributes(PlanContext context, PlanCell tree, bool isRecursive, long set, long clear, long propagation, string name)
    {
        string text = propagation != 0 ? $"{{{name}}}" : $"{{set 0x{set:x}, clear 0x{clear:x}}}";
        context.Builder.Add(
            SystemCall.mount_setattr,
            [
                tree,
                context.Builder.Text(""),
                isRecursive ? PlanFlags.EmptyPathRecursive : PlanFlags.EmptyPath,
                PlanArgument.AddressOf(PlanBuilder.Struct(text, set, clear, propagation, 0)),
                32,
            ]);
    }

    internal static void AddMove(PlanContext context, PlanCell tree, PlanCell place)
    {
        context.Builder.Add(SystemCall.move_mount, [tree, context.Builder.Text(""), place, context.Builder.Text(""), PlanFlags.MoveByDescriptors]);
        context.Builder.Add(SystemCall.close, [tree]);
        context.Builder.Add(SystemCall.close, [place]);
    }

    private static void AddFilesystem(PlanContext context, string type, string? source, MountOptions options, string target)
    {
        PlanBuilder builder = context.Builder;
        // A link at these would put the filesystem elsewhere and leave the real place open (CVE-2019-19921).
        bool allowsLinks = type is not ("proc" or "sysfs");
        PlanCell place = PlanCell.Slot("place");
        RootPaths.OpenOrCreateDirectory(context, target, place, allowsLinks);
        if (LongMountPlanner.IsNeeded(options))
        {
            LongMountPlanner.Add(context, type, source, options, place);
            return;
        }
        PlanCell tree = PlanCell.Slot("tree");
        PlanLabel mounted = builder.NewLabel();
        PlanLabel? refused = type is "proc" && context.HasUserNamespace ? builder.NewLabel() : null;
        long attributes = options.Set | options.RecursiveSet;
        AddNewFilesystem(context, type, source, options.Data, options.CopiesUp ? attributes & ~Readonly : attributes, tree, refused);
        if (refused is not null)
        {
            builder.Jump(mounted);
            builder.Place(refused);
            AddOpenTree(context, "/proc", isRecursive: true, tree);
            NamespacePlanner.AddExpectProc(builder, tree);
            context.AddRuntimeWarning(ProcFallback);
        }
        builder.Place(mounted);
        if (options.CopiesUp && type is "tmpfs")
        {
            CopyUpPlanner.Add(context, options, place, tree);
            if ((attributes & Readonly) != 0)
            {
                AddSetAttributes(context, tree, isRecursive: false, Readonly, 0, 0, "");
            }
        }
        AddPropagation(context, tree, options);
        AddMove(context, tree, place);
    }

    /// <summary>A new filesystem in a mount that is nowhere yet.</summary>
    internal static void AddNewFilesystem(PlanContext context, string type, string? source, IReadOnlyList<string> data, long attributes, PlanCell tree, PlanLabel? onRefused = null)
    {
        PlanBuilder builder = context.Builder;
        PlanCell files = PlanCell.Slot("fs");
        ReadOnlySpan<Errno> refusals = onRefused is null ? [] : [Errno.EPERM];
        builder.Add(SystemCall.fsopen, [builder.Text(type), PlanArgument.Number(1, "FSOPEN_CLOEXEC")], result: files);
        if (!string.IsNullOrEmpty(source))
        {
            AddOption(builder, files, "source", source);
        }
        AddOptions(builder, files, data);
        builder.Add(SystemCall.fsconfig, [files, PlanArgument.Number(6, "FSCONFIG_CMD_CREATE"), 0, 0, 0], refusals, onError: onRefused);
        builder.Add(SystemCall.fsmount, [files, PlanArgument.Number(1, "FSMOUNT_CLOEXEC"), PlanFlags.Hex(attributes)], refusals, tree, onError: onRefused);
        builder.Add(SystemCall.close, [files]);
    }

    internal static void AddOptions(PlanBuilder builder, PlanCell files, IReadOnlyList<string> data)
    {
        foreach (string option in data)
        {
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            AddOption(builder, files, equals < 0 ? option : option[..equals], equals < 0 ? null : option[(equals + 1)..]);
        }
    }

    internal static void AddOption(PlanBuilder builder, PlanCell files, string key, string? value)
    {
        if (value is null)
        {
            builder.Add(SystemCall.fsconfig, [files, PlanArgument.Number(0, "FSCONFIG_SET_FLAG"), builder.Text(key), 0, 0]);
        }
        else
        {
            builder.Add(SystemCall.fsconfig, [files, PlanArgument.Number(1, "FSCONFIG_SET_STRING"), builder.Text(key), builder.Text(value), 0]);
        }
    }
}
