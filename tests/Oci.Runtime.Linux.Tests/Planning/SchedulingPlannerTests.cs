using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Planning;

public sealed class SchedulingPlannerTests
{
    private static readonly HostFacts s_host = new() { Architecture = ProgramArchitecture.X64 };

    private static PlanStep Single(RuntimeSpec spec, string syscall, HostFacts? host = null) =>
        Assert.Single(PlanCompiler.Compile("web", spec, "/bundle", host ?? s_host, []).Steps, s => s.Syscall == syscall);

    [Theory]
    [InlineData("0", "01")]
    [InlineData("0-3,7", "8f")]
    [InlineData(" 1 , 64 ", "02000000000000000100000000000000")]
    [InlineData("", "00")]
    public void Parse_List_GivesItsBits(string list, string bits)
    {
        byte[] parsed = CpuMask.Parse(list);

        Assert.Equal(0, parsed.Length % 8);
        Assert.Equal(bits.PadRight(parsed.Length * 2, '0'), Convert.ToHexStringLower(parsed));
    }

    [Theory]
    [InlineData("65536")]
    [InlineData("3-1")]
    [InlineData("0-4294967295")]
    public void Parse_BeyondTheCap_Throws(string list) => Assert.ThrowsAny<Exception>(() => CpuMask.Parse(list));

    /// <summary>runtime-spec, config.md#linux-process, scheduler: every member goes into struct sched_attr.</summary>
    [Fact]
    public void Compile_Scheduler_FillsTheStruct()
    {
        RuntimeSpec spec = DefaultSpec.Create();
        spec = spec with
        {
            Process = spec.Process! with
            {
                Scheduler = new LinuxScheduler { Policy = "SCHED_DEADLINE", Flags = ["SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_DL_OVERRUN"], Nice = -3, Priority = 2, Runtime = 5, Deadline = 6, Period = 7 },
            },
        };

        PlanStep step = Single(spec, "sched_setattr");

        Assert.Equal("/process/scheduler", step.SpecPointer);
        Assert.Equal(
            "30000000" + "06000000" + "0500000000000000" + "fdffffff" + "02000000" + "0500000000000000" + "0600000000000000" + "0700000000000000",
            Convert.ToHexStringLower(step.Operation.Arguments[1].Cell!.Content));
    }

    /// <summary>runtime-spec, config-linux.md#memory-policy: mode and flags are ORed, the nodes are a mask.</summary>
    [Fact]
    public void Compile_MemoryPolicy_HasModeFlagsAndNodes()
    {
        RuntimeSpec spec = DefaultSpec.Create();
        spec = spec with { Linux = spec.Linux! with { MemoryPolicy = new LinuxMemoryPolicy { Mode = "MPOL_INTERLEAVE", Flags = ["MPOL_F_STATIC_NODES"], Nodes = "0-1" } } };

        PlanStep step = Single(spec, "set_mempolicy");

        Assert.Equal(["MPOL_INTERLEAVE|MPOL_F_STATIC_NODES", "{0-1}", "65"], step.Arguments);
        Assert.Equal(3 | (1L << 15), step.Operation.Arguments[0].Value);
    }

    /// <summary>runtime-spec, config.md#linux-process, execCPUAffinity: initial before, final after the process is in the container's cgroup.</summary>
    [Fact]
    public void Compile_ExecAffinity_IsSetBeforeAndAfterTheCgroup()
    {
        RuntimeSpec spec = DefaultSpec.Create();
        spec = spec with { Process = spec.Process! with { ExecCpuAffinity = new ExecCpuAffinity { Initial = "0", Final = "1" } } };

        IReadOnlyList<PlanStep> steps = ExecCompiler.Compile("web", spec, [], needsCgroup: true, s_host, []).Steps;

        int[] order =
        [
            steps.Single(s => s.SpecPointer is "/process/execCPUAffinity/initial").Index,
            steps.First(s => s.Label is "waiting for the cgroup to be entered").Index,
            steps.Single(s => s.SpecPointer is "/process/execCPUAffinity/final").Index,
            steps.Single(s => s.Syscall is "clone3").Index,
        ];
        Assert.Equal(order.Order(), order);
        Assert.DoesNotContain(PlanCompiler.Compile("web", spec, "/bundle", s_host, []).Steps, s => s.Syscall is "sched_setaffinity");
    }
}
