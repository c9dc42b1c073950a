using Oci.Common.Linux;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Planning;

/// <summary>The steps that make paths read-only and hide others.</summary>
internal static class ProtectionPlanner
{
    public static void Add(PlanContext context)
    {
        context.Builder.Phase = PlanPhase.Protect;
        IReadOnlyList<string> paths = context.Spec.Linux?.ReadonlyPaths ?? [];
        for (int i = 0; i < paths.Count; i++)
        {
            AddReadonly(context, paths[i], JsonPointer.Item("/linux/readonlyPaths", i));
        }
        AddMasks(context, context.Spec.Linux?.MaskedPaths ?? []);
    }

    private static void AddReadonly(PlanContext context, string path, string pointer)
    {
        PlanBuilder builder = context.Builder;
        PlanCell place = PlanCell.Slot("place");
        PlanCell tree = PlanCell.Slot("tree");
        PlanLabel missing = builder.NewLabel();
        builder.Begin($"making {path} read-only", pointer, path);
        RootPaths.Open(context, path, place, missing);
        builder.Add(SystemCall.open_tree, [place, builder.Text(""), PlanArgument.Number(0x89001, "OPEN_TREE_CLONE|AT_RECURSIVE|AT_EMPTY_PATH")], result: tree);
        MountPlanner.AddSetAttributes(context, tree, isRecursive: true, set: 1, clear: 0, 0, "");
        MountPlanner.AddMove(context, tree, place);
        builder.Place(missing);
    }

    private static void AddMasks(PlanContext context, IReadOnlyList<string> paths)
    {
        if (paths.Count == 0)
        {
            return;
        }
        PlanBuilder builder = context.Builder;
        PlanCell nothing = PlanCell.Slot("null");
        PlanCell empty = PlanCell.Slot("empty");
        builder.Begin("opening what covers masked paths", "/linux/maskedPaths", "/dev/null");
        // The host's null device, and it must be that: a container's could be anything (CVE-2025-31133).
        builder.Add(SystemCall.openat, [PlanFlags.AtFdcwd, builder.Text("/dev/null"), context.Flags.OpenPath, 0], result: nothing);
        PlanCell status = new("statx", new byte[256]);
        builder.Add(
            SystemCall.statx,
            [nothing, builder.Text(""), PlanFlags.EmptyPath, PlanArgument.Number(0x3, "STATX_TYPE|STATX_MODE"), PlanArgument.AddressOf(status)]);
        builder.Expect(PlanArgument.ValueOf(status, 28), 0xF000, 0x2000, Errno.ENODEV);
        builder.Expect(PlanArgument.ValueOf(status, 128), -1, 1 | (3L << 32), Errno.ENODEV);
        MountPlanner.AddNewFilesystem(context, "tmpfs", "tmpfs", ["nr_inodes=1", "mode=755"], attributes: 0xF, empty);
        PlanCell isEmptyUsed = PlanCell.Slot("empty-used");
        for (int i = 0; i < paths.Count; i++)
        {
            AddMask(context, paths[i], JsonPointer.Item("/linux/maskedPaths", i), nothing, empty, isEmptyUsed);
        }
        builder.Add(SystemCall.close, [nothing]);
        builder.Add(SystemCall.close, [empty]);
    }

    private static void AddMask(PlanContext context, string path, string pointer, PlanCell nothing, PlanCell empty, PlanCell isEmptyUsed)
    {
        PlanBuilder builder = context.Builder;
        PlanCell place = PlanCell.Slot("place");
        PlanCell tree = PlanCell.Slot("tree");
        PlanLabel missing = builder.NewLabel();
        PlanLabel file = builder.NewLabel();
        PlanLabel cover = builder.NewLabel();
        PlanArgument clone = PlanArgument.Number(0x81001, "OPEN_TREE_CLONE|AT_EMPTY_PATH");
        builder.Begin($"masking {path}", pointer, path);
        RootPaths.Open(context, path, place, missing);
        PlanCell probe = PlanCell.Slot("probe");
        builder.Add(SystemCall.openat, [place, builder.Text("."), context.Flags.OpenDirectory, 0], [Errno.ENOTDIR], probe, onError: file);
        builder.Add(SystemCall.close, [probe]);
        // Before Linux 6.15 a mount can be cloned only where it is attached: the first directory gets the tmpfs itself.
        PlanLabel again = builder.NewLabel();
        builder.JumpIf(isEmptyUsed, -1, 1, again);
        builder.Add(SystemCall.move_mount, [empty, builder.Text(""), place, builder.Text(""), PlanFlags.MoveByDescriptors]);
        builder.Move(isEmptyUsed, 1, missing);
        builder.Place(again);
        builder.Add(SystemCall.open_tree, [empty, builder.Text(""), clone], result: tree, onSuccess: cover);
        builder.Place(file);
        builder.Add(SystemCall.open_tree, [nothing, builder.Text(""), clone], result: tree);
        builder.Place(cover);
        MountPlanner.AddMove(context, tree, place);
        builder.Place(missing);
    }
}
