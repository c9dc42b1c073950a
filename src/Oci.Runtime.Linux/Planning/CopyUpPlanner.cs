using Oci.Runtime.Linux.Mounts;

namespace Oci.Runtime.Linux.Planning;

/// <summary>
/// The steps that fill a new tmpfs with what the directory under it holds (tmpcopyup). What is there is not known when the
/// plan is compiled: the parent lists it and sends programs that copy it, which the init maps and runs in the place of this one.
/// </summary>
internal static class CopyUpPlanner
{
    /// <summary>The directory that is copied, a descriptor; kept in the header of the program that was sent.</summary>
    public static PlanCell Source { get; } = PlanCell.At("source", ProgramLayout.InsertBase + 8);

    /// <summary>The new filesystem, a descriptor.</summary>
    public static PlanCell Target { get; } = PlanCell.At("target", ProgramLayout.InsertBase + 16);

    /// <summary>Adds the steps.</summary>
    /// <param name="context">The plan.</param>
    /// <param name="options">The mount's.</param>
    /// <param name="place">The directory, a descriptor.</param>
    /// <param name="tree">The tmpfs, which is nowhere yet.</param>
    public static void Add(PlanContext context, MountOptions options, PlanCell place, PlanCell tree)
    {
        PlanBuilder builder = context.Builder;
        PlanLabel more = builder.NewLabel();
        PlanLabel done = builder.NewLabel();
        PlanCell program = PlanCell.Slot("copy");
        var request = new CopyUpRequest($"copying {builder.Path} up", builder.SpecPointer, builder.Path)
        {
            CopiesRoot = !options.Data.Any(d => d.StartsWith("mode=", StringComparison.Ordinal)),
            More = more,
            Done = done,
        };
        builder.Place(more);
        ParentCalls.AskForDescriptor(context, request, program, given: place);
        builder.Add(
            SystemCall.mmap,
            [
                PlanFlags.Hex(ProgramLayout.InsertBase), ProgramLayout.MaxSize, PlanArgument.Number(3, "PROT_READ|PROT_WRITE"),
                PlanArgument.Number(0x12, "MAP_PRIVATE|MAP_FIXED"), program, 0,
            ]);
        builder.Add(SystemCall.close, [program]);
        builder.Move(Source, place);
        builder.Move(Target, tree);
        builder.Jump(PlanLabel.At("copy", ProgramLayout.AddressOfStep(0, ProgramLayout.InsertBase)));
        builder.Place(done);
    }
}
