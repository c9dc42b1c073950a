using Oci.Runtime.Linux.Mounts;

namespace Oci.Runtime.Linux.Planning;

/// <summary>The steps that change a mount that is there (option <c>remount</c>): what is named is set or cleared, the rest stays.</summary>
internal static class RemountPlanner
{
    public static void Add(PlanContext context, MountOptions options, string target, string pointer)
    {
        PlanBuilder builder = context.Builder;
        PlanCell place = PlanCell.Slot("place");
        builder.Begin($"remounting {target}", pointer, target);
        RootPaths.Open(context, target, place);
        if (options.Data.Count > 0 && !options.IsBind)
        {
            PlanCell files = PlanCell.Slot("fs");
            // FSPICK_EMPTY_PATH: the filesystem that the descriptor is of.
            builder.Add(SystemCall.fspick, [place, builder.Text(""), PlanArgument.Number(0x9, "FSPICK_CLOEXEC|FSPICK_EMPTY_PATH")], result: files);
            MountPlanner.AddOptions(builder, files, options.Data);
            builder.Add(SystemCall.fsconfig, [files, PlanArgument.Number(7, "FSCONFIG_CMD_RECONFIGURE"), 0, 0, 0]);
            builder.Add(SystemCall.close, [files]);
        }
        MountPlanner.AddAttributes(context, place, options);
        builder.Add(SystemCall.close, [place]);
    }
}
