using System.Buffers.Binary;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Planning;

/// <summary>The steps for scheduler, processors and memory policy.</summary>
internal static class SchedulingPlanner
{
    // include/uapi/linux/sched.h and include/uapi/linux/mempolicy.h, by their numbers from 0 on.
    private static readonly string[] Policies = ["SCHED_OTHER", "SCHED_FIFO", "SCHED_RR", "SCHED_BATCH", "SCHED_ISO", "SCHED_IDLE", "SCHED_DEADLINE"];

    private static readonly string[] SchedulerFlags =
    [
        "SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_RECLAIM", "SCHED_FLAG_DL_OVERRUN", "SCHED_FLAG_KEEP_POLICY", "SCHED_FLAG_KEEP_PARAMS",
        "SCHED_FLAG_UTIL_CLAMP_MIN", "SCHED_FLAG_UTIL_CLAMP_MAX",
    ];

    private static readonly string[] MemoryModes =
    [
        "MPOL_DEFAULT", "MPOL_PREFERRED", "MPOL_BIND", "MPOL_INTERLEAVE", "MPOL_LOCAL", "MPOL_PREFERRED_MANY", "MPOL_WEIGHTED_INTERLEAVE",
    ];

    /// <summary>sched_setattr(2), before the process loses the right to.</summary>
    public static void AddScheduler(PlanContext context)
    {
        if (context.Process.Scheduler is not { } scheduler)
        {
            return;
        }
        // struct sched_attr, 48 bytes: its first version, which every kernel knows.
        byte[] content = new byte[48];
        BinaryPrimitives.WriteInt32LittleEndian(content, content.Length);
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(4), Array.IndexOf(Policies, scheduler.Policy));
        BinaryPrimitives.WriteUInt64LittleEndian(content.AsSpan(8), (ulong)(scheduler.Flags ?? []).Aggregate(0L, (bits, flag) => bits | (1L << Array.IndexOf(SchedulerFlags, flag))));
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(16), scheduler.Nice ?? 0);
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(20), scheduler.Priority ?? 0);
        BinaryPrimitives.WriteUInt64LittleEndian(content.AsSpan(24), scheduler.Runtime ?? 0);
        BinaryPrimitives.WriteUInt64LittleEndian(content.AsSpan(32), scheduler.Deadline ?? 0);
        BinaryPrimitives.WriteUInt64LittleEndian(content.AsSpan(40), scheduler.Period ?? 0);
        string text = string.Join(", ", [scheduler.Policy, .. scheduler.Flags ?? [], $"nice {scheduler.Nice ?? 0}", $"priority {scheduler.Priority ?? 0}"]);
        context.Builder.Begin($"setting the scheduler {scheduler.Policy}", "/process/scheduler");
        context.Builder.Add(SystemCall.sched_setattr, [0, PlanArgument.AddressOf(new PlanCell($"{{{text}}}", content)), 0]);
    }

    /// <summary>sched_setaffinity(2) of a process that joins a container.</summary>
    /// <param name="context">The plan.</param>
    /// <param name="list">The processors; nothing is done where there are none.</param>
    /// <param name="name">The member's name: <c>initial</c> or <c>final</c>.</param>
    public static void AddAffinity(PlanContext context, string? list, string name)
    {
        if (string.IsNullOrWhiteSpace(list))
        {
            return;
        }
        byte[] bits = CpuMask.Parse(list);
        context.Builder.Begin($"running on the processors {list}", $"/process/execCPUAffinity/{name}");
        context.Builder.Add(SystemCall.sched_setaffinity, [0, bits.Length, PlanArgument.AddressOf(new PlanCell($"{{{list}}}", bits))]);
    }

    /// <summary>set_mempolicy(2), which the program inherits.</summary>
    public static void AddMemoryPolicy(PlanContext context)
    {
        if (context.Spec.Linux?.MemoryPolicy is not { } policy)
        {
            return;
        }
        long mode = Array.IndexOf(MemoryModes, policy.Mode);
        foreach (string flag in policy.Flags ?? [])
        {
            mode |= flag switch { "MPOL_F_STATIC_NODES" => 1L << 15, "MPOL_F_RELATIVE_NODES" => 1L << 14, _ => 1L << 13 };
        }
        PlanBuilder builder = context.Builder;
        builder.Begin($"setting the memory policy {policy.Mode}", "/linux/memoryPolicy");
        PlanArgument modeArgument = PlanArgument.Number(mode, string.Join('|', [policy.Mode, .. policy.Flags ?? []]));
        if (string.IsNullOrWhiteSpace(policy.Nodes))
        {
            builder.Add(SystemCall.set_mempolicy, [modeArgument, 0, 0]);
            return;
        }
        byte[] bits = CpuMask.Parse(policy.Nodes);
        // The kernel reads one bit less than it is told (get_nodes in mm/mempolicy.c).
        builder.Add(SystemCall.set_mempolicy, [modeArgument, PlanArgument.AddressOf(new PlanCell($"{{{policy.Nodes}}}", bits)), (bits.Length * 8) + 1]);
    }
}
