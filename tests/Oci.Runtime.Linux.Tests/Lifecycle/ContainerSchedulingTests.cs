using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

/// <summary>Scheduler, processors, memory policy, personality and limits, read back from the kernel.</summary>
[Collection(ContainerCollection.Name)]
public sealed class ContainerSchedulingTests
{
    // proc_pid_stat(5): nice is field 19, rt_priority 40, policy 41.
    private const string ReadScheduling = "read a </proc/self/stat; set -- $a; shift 18; echo nice $1; shift 21; echo priority $1 policy $2";

    private static RuntimeSpec WithProcess(string script, Func<ProcessSpec, ProcessSpec> change)
    {
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", script);
        return spec with { Process = change(spec.Process!) };
    }

    [Theory]
    [InlineData("SCHED_BATCH", 5, 0, "nice 5\npriority 0 policy 3\n")]
    [InlineData("SCHED_OTHER", 7, 0, "nice 7\npriority 0 policy 0\n")]
    [InlineData("SCHED_IDLE", 0, 0, "nice 0\npriority 0 policy 5\n")]
    public async Task Run_Scheduler_IsThePolicyAskedFor(string policy, int nice, int priority, string expected)
    {
        await using var host = new ContainerHost();

        ContainerRun run = (await host.RunAsync(WithProcess(ReadScheduling, p => p with { Scheduler = new LinuxScheduler { Policy = policy, Nice = nice, Priority = priority } }))).EnsureSuccess();

        Assert.Equal(expected, run.Output);
    }

    [Fact]
    public async Task Create_SchedulerThatIsRefused_SaysWhy()
    {
        await using var host = new ContainerHost();
        // SCHED_FIFO without a priority.
        RuntimeSpec spec = WithProcess("true", p => p with { Scheduler = new LinuxScheduler { Policy = "SCHED_FIFO" } });

        var e = await Assert.ThrowsAsync<ContainerException>(() => host.CreateAsync(spec));

        Assert.Equal("/process/scheduler", e.SpecPointer);
        Assert.Contains("priority of 1 to 99", e.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_IoPriority_IsSet()
    {
        await using var host = new ContainerHost();

        ContainerRun run = (await host.RunAsync(WithProcess("busybox ionice -p $$", p => p with { IoPriority = new LinuxIoPriority { Class = "IOPRIO_CLASS_BE", Priority = 6 } }))).EnsureSuccess();

        Assert.Contains("prio 6", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Personality_ShowsAnotherMachine()
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "busybox uname -m; cat /proc/self/personality");
        spec = spec with { Linux = spec.Linux! with { Personality = new LinuxPersonality { Domain = "LINUX32" } } };

        ContainerRun run = await host.RunAsync(spec);

        Assert.StartsWith(System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture is System.Runtime.InteropServices.Architecture.X64 ? "i686\n" : "armv8l\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("00000008", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_MemoryPolicy_IsInheritedByTheProgram()
    {
        Assert.SkipUnless(File.Exists("/proc/self/numa_maps"), "Needs a kernel with NUMA.");
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "head -n 1 /proc/self/numa_maps");
        spec = spec with { Linux = spec.Linux! with { MemoryPolicy = new LinuxMemoryPolicy { Mode = "MPOL_BIND", Flags = ["MPOL_F_STATIC_NODES"], Nodes = "0" } } };

        ContainerRun run = (await host.RunAsync(spec)).EnsureSuccess();

        Assert.Contains("bind=static:0", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_MemoryPolicyOfNoNode_SaysWhatToDo()
    {
        Assert.SkipUnless(File.Exists("/proc/self/numa_maps"), "Needs a kernel with NUMA.");
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("true");
        spec = spec with { Linux = spec.Linux! with { MemoryPolicy = new LinuxMemoryPolicy { Mode = "MPOL_BIND", Nodes = "1000" } } };

        var e = await Assert.ThrowsAsync<ContainerException>(() => host.CreateAsync(spec));

        Assert.Equal("/linux/memoryPolicy", e.SpecPointer);
        Assert.Contains("a node is not there", e.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exec_Affinity_IsTheFinalOne()
    {
        Assert.SkipUnless(Environment.ProcessorCount > 1, "Needs two processors.");
        await using ExecHost host = await ExecHost.StartAsync();
        ExecOptions options = ExecOptions.FromProcess(new ProcessSpec
        {
            Cwd = "/",
            Args = ["grep", "Cpus_allowed_list", "/proc/self/status"],
            Env = ["PATH=/bin"],
            ExecCpuAffinity = new ExecCpuAffinity { Initial = "0", Final = "1" },
        });

        ContainerRun run = (await host.RunAsync(options)).EnsureSuccess();

        Assert.Equal("Cpus_allowed_list:\t1\n", run.Output);
    }

    [Fact]
    public async Task Create_LimitAboveTheHardOne_IsAskedOfTheParent()
    {
        RuntimeSpec spec = WithProcess("ulimit -Hn", p => p with { Rlimits = [new PosixRlimit { Type = "RLIMIT_NOFILE", Soft = 1 << 20, Hard = 1 << 20 }] });
        Assert.SkipUnless(HardLimit() < 1 << 20, "Needs a hard limit of open files that can be exceeded.");
        await using var host = new ContainerHost();

        // Who may raise it, does; who may not, says so. Either way the container is not started with less.
        if (File.ReadLines("/proc/self/status").Single(l => l.StartsWith("CapEff:", StringComparison.Ordinal)) is var line
            && (ulong.Parse(line[8..], System.Globalization.NumberStyles.HexNumber) & (1UL << 24)) != 0)
        {
            Assert.Equal($"{1 << 20}\n", (await host.RunAsync(spec)).EnsureSuccess().Output);
        }
        else
        {
            var e = await Assert.ThrowsAsync<ContainerException>(() => host.CreateAsync(spec));
            Assert.Equal("/process/rlimits/0", e.SpecPointer);
            Assert.Contains("CAP_SYS_RESOURCE", e.Hint, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Run_FifoOfThatNameInPath_IsPassedOver()
    {
        await using var host = new ContainerHost();
        (await ToolResult.RunAsync("sh", ["-c", $"mkdir '{host.RootPath}/first' && mkfifo -m 755 '{host.RootPath}/first/true'"])).EnsureSuccess();
        RuntimeSpec spec = ContainerHost.Spec("true");

        (await host.RunAsync(spec with { Process = spec.Process! with { Env = ["PATH=/first:/bin"] } })).EnsureSuccess();
    }

    private static long HardLimit()
    {
        string value = File.ReadLines("/proc/self/limits").Single(l => l.StartsWith("Max open files", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[4];
        return value is "unlimited" ? long.MaxValue : long.Parse(value);
    }
}
