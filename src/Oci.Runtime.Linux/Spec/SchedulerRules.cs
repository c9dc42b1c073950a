namespace Oci.Runtime.Linux.Spec;

/// <summary>Rules of the scheduler (runtime-spec, config.md, "Scheduler"; sched_setattr(2)).</summary>
internal static class SchedulerRules
{
    private const string Deadline = "SCHED_DEADLINE";

    private static readonly string[] Policies =
        ["SCHED_OTHER", "SCHED_FIFO", "SCHED_RR", "SCHED_BATCH", "SCHED_ISO", "SCHED_IDLE", Deadline];

    private static readonly string[] Flags =
    [
        "SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_RECLAIM", "SCHED_FLAG_DL_OVERRUN", "SCHED_FLAG_KEEP_POLICY",
        "SCHED_FLAG_KEEP_PARAMS", "SCHED_FLAG_UTIL_CLAMP_MIN", "SCHED_FLAG_UTIL_CLAMP_MAX",
    ];

    public static void Check(SpecCheck check, LinuxScheduler scheduler)
    {
        check.OneOf(scheduler.Policy, Policies, "/process/scheduler/policy");
        check.Range(scheduler.Nice, -20, 19, "/process/scheduler/nice");
        check.Range(scheduler.Priority, 0, 99, "/process/scheduler/priority");
        check.Each(scheduler.Flags, "/process/scheduler/flags", (flag, pointer) => check.OneOf(flag, Flags, pointer));
        if (scheduler.Policy is not Deadline && (scheduler.Runtime ?? scheduler.Deadline ?? scheduler.Period) is > 0)
        {
            check.Error("/process/scheduler", $"runtime, deadline and period are for {Deadline} alone.");
        }
        if (scheduler.Policy is Deadline && (scheduler.Runtime > scheduler.Deadline || scheduler.Deadline > scheduler.Period))
        {
            check.Error("/process/scheduler", "It must be that runtime <= deadline <= period.");
        }
    }
}
