using Oci.Common.Linux;
using Oci.Runtime.Linux.Launching;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Planning;

/// <summary>The last steps: the program is looked for, the container waits to be started, and becomes its program.</summary>
internal static class StartPlanner
{
    /// <summary>Where the environment names none, as in crun.</summary>
    private const string DefaultSearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public static void Add(PlanContext context)
    {
        PlanBuilder builder = context.Builder;
        PlanCell program = PlanCell.Slot("program");
        AddSearch(context, program);

        builder.Phase = PlanPhase.Wait;
        builder.Begin("closing what the program must not get");
        builder.Add(SystemCall.close_range, [InitDescriptors.Program, InitDescriptors.Program, 0]);
        builder.Add(SystemCall.close_range, [InitDescriptors.First, PlanFlags.Hex(uint.MaxValue), 0]);
        builder.Add(SystemCall.close_range, [InitDescriptors.Program, PlanFlags.Hex(uint.MaxValue), PlanArgument.Number(4, "CLOSE_RANGE_CLOEXEC")]);
        HookPlanner.AddBeforeWait(context);
        context.SendTimes();
        SeccompPlanner.AddBeforeReady(context);
        builder.Begin("saying that the container is created");
        context.SendToParent(PlanBuilder.Struct("ready", (long)PlanMark.Ready, 0));
        builder.Move(PlanCell.ReportDescriptor, InitDescriptors.Failure);
        builder.Add(SystemCall.close, [PlanArgument.Number(InitDescriptors.Parent, "parent")]);
        HookPlanner.BeginWait(context);
        builder.Add(
            SystemCall.read,
            [PlanArgument.Number(InitDescriptors.StartFifo, "fifo"), PlanArgument.AddressOf(new PlanCell("answer", new byte[8])), 1],
            isExact: true);

        AddExecute(context, program, loadsFilter: !SeccompPlanner.Notifies(context));
    }

    /// <summary>The program is executed without waiting, while the parent listens: what it hears last is an error, or the end of the socket.</summary>
    public static void AddAtOnce(PlanContext context)
    {
        PlanBuilder builder = context.Builder;
        PlanCell program = PlanCell.Slot("program");
        AddSearch(context, program);

        builder.Phase = PlanPhase.Wait;
        builder.Begin("closing what the program must not get");
        builder.Add(SystemCall.close_range, [InitDescriptors.Program, PlanFlags.Hex(uint.MaxValue), PlanArgument.Number(4, "CLOSE_RANGE_CLOEXEC")]);
        builder.Begin("saying that all is ready");
        context.SendToParent(PlanBuilder.Struct("ready", (long)PlanMark.Ready, 0));
        AddExecute(context, program, loadsFilter: true);
    }

    private static void AddExecute(PlanContext context, PlanCell program, bool loadsFilter)
    {
        PlanBuilder builder = context.Builder;
        builder.Phase = PlanPhase.Start;
        if (loadsFilter)
        {
            SeccompPlanner.AddBeforeExec(context);
        }
        string name = context.Process.Args![0];
        builder.Begin($"executing {name}", "/process/args/0", name);
        builder.Add(
            SystemCall.execve,
            [
                program,
                PlanArgument.AddressOf(builder.TextArray("argv", context.Process.Args)),
                PlanArgument.AddressOf(builder.TextArray("envp", Environment(context))),
            ]);
    }

    /// <summary>As the user and in the working directory, since a search path can be relative.</summary>
    private static void AddSearch(PlanContext context, PlanCell program)
    {
        PlanBuilder builder = context.Builder;
        string name = context.Process.Args![0];
        builder.Begin($"looking for {name}", "/process/args/0", name);
        if (name.Contains('/', StringComparison.Ordinal))
        {
            builder.Add(SystemCall.faccessat2, [PlanFlags.AtFdcwd, builder.Text(name), PlanArgument.Number(1, "X_OK"), PlanArgument.Number(0x200, "AT_EACCESS")]);
            builder.Move(program, builder.Text(name));
            return;
        }
        PlanLabel found = builder.NewLabel();
        foreach (string folder in SearchPath(context.Process).Split(':'))
        {
            PlanArgument candidate = builder.Text(folder.Length == 0 ? $"./{name}" : $"{folder.TrimEnd('/')}/{name}");
            PlanLabel next = builder.NewLabel();
            PlanLabel take = builder.NewLabel();
            builder.Add(
                SystemCall.faccessat2,
                [PlanFlags.AtFdcwd, candidate, PlanArgument.Number(1, "X_OK"), PlanArgument.Number(0x200, "AT_EACCESS")],
                [Errno.ENOENT, Errno.EACCES, Errno.ENOTDIR, Errno.ELOOP, Errno.ENAMETOOLONG, Errno.EPERM],
                onError: next);
            // A directory or a FIFO of that name can have the bit too.
            PlanCell status = new("statx", new byte[256]);
            builder.Add(SystemCall.statx, [PlanFlags.AtFdcwd, candidate, 0, PlanArgument.Number(1, "STATX_TYPE"), PlanArgument.AddressOf(status)], [Errno.ENOENT, Errno.EACCES, Errno.ENOTDIR, Errno.ELOOP], onError: next);
            builder.JumpIf(PlanArgument.ValueOf(status, 28), 0xF000, 0x8000, take);
            builder.Jump(next);
            builder.Place(take);
            builder.Move(program, candidate, found);
            builder.Place(next);
        }
        builder.Fail(Errno.ENOENT);
        builder.Place(found);
    }

    /// <summary>Programs expect a HOME; where the container's user database names none, it is the root, as in runc.</summary>
    private static IReadOnlyList<string> Environment(PlanContext context)
    {
        IReadOnlyList<string> given = context.Process.Env ?? [];
        return given.Any(e => e.StartsWith("HOME=", StringComparison.Ordinal)) ? given : [.. given, $"HOME={context.Host.Home ?? "/"}"];
    }

    private static string SearchPath(ProcessSpec process) =>
        process.Env?.LastOrDefault(e => e.StartsWith("PATH=", StringComparison.Ordinal)) is { Length: > 5 } path ? path[5..] : DefaultSearchPath;
}
