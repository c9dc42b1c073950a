namespace Oci.Runtime.Linux.Spec;

/// <summary>Rules of the process (runtime-spec, config.md, "Process").</summary>
internal static class ProcessRules
{
    private static readonly string[] IoPriorityClasses = ["IOPRIO_CLASS_RT", "IOPRIO_CLASS_BE", "IOPRIO_CLASS_IDLE"];

    public static void Check(SpecCheck check, ProcessSpec process)
    {
        if (process.Terminal == true && process.ConsoleSize is { } size)
        {
            check.Range((long)Math.Min(size.Height, long.MaxValue), 0, ushort.MaxValue, "/process/consoleSize/height");
            check.Range((long)Math.Min(size.Width, long.MaxValue), 0, ushort.MaxValue, "/process/consoleSize/width");
        }
        UserRules.Check(check, process.User ?? new UserSpec());
        CheckArgs(check, process.Args);
        check.Each(process.Env, "/process/env", (entry, pointer) =>
        {
            check.Text(entry, pointer);
            if (entry.IndexOf('=') < 1)
            {
                check.Error(pointer, $"{SpecCheck.Quote(entry)} is not NAME=VALUE.");
            }
        });
        check.AbsolutePath(process.Cwd, "/process/cwd");
        if (process.Capabilities is { } capabilities)
        {
            CapabilityRules.Check(check, capabilities);
        }
        CheckRlimits(check, process.Rlimits);
        check.Range(process.OomScoreAdj, -1000, 1000, "/process/oomScoreAdj");
        if (process.Scheduler is { } scheduler)
        {
            SchedulerRules.Check(check, scheduler);
        }
        if (process.IoPriority is { } priority)
        {
            check.OneOf(priority.Class, IoPriorityClasses, "/process/ioPriority/class");
            check.Range(priority.Priority, 0, 7, "/process/ioPriority/priority");
        }
        NumberListRules.Check(check, process.ExecCpuAffinity?.Initial, "/process/execCPUAffinity/initial");
        NumberListRules.Check(check, process.ExecCpuAffinity?.Final, "/process/execCPUAffinity/final");
    }

    private static void CheckArgs(SpecCheck check, IReadOnlyList<string>? args)
    {
        if (args is null or [])
        {
            check.Error("/process/args", "It is empty; it must name the program to run.");
        }
        else if (args[0] is "")
        {
            check.Error("/process/args/0", "The program's name is empty.");
        }
        check.Texts(args, "/process/args");
    }

    private static void CheckRlimits(SpecCheck check, IReadOnlyList<PosixRlimit>? rlimits)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        check.Each(rlimits, "/process/rlimits", (limit, pointer) =>
        {
            check.OneOf(limit.Type, RlimitTypes.All, $"{pointer}/type");
            if (!seen.Add(limit.Type))
            {
                check.Error($"{pointer}/type", $"{SpecCheck.Quote(limit.Type)} is there twice.", "Keep one of the two.");
            }
            if (limit.Soft > limit.Hard)
            {
                check.Error($"{pointer}/soft", $"{limit.Soft} is above the hard limit, {limit.Hard}.");
            }
        });
    }
}
