using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Events;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Cgroups;

/// <summary>Containers where all controllers are in cgroup v2, which test machines seldom have: see tests/VirtualMachine.</summary>
[Collection(ContainerCollection.Name)]
[Trait("Needs", "root")]
[Trait("Runs", "vm")]
public sealed class ContainerInCgroupV2Tests
{
    private static void RequireControllers()
    {
        Requires.Root();
        Assert.SkipUnless(
            CgroupHost.Read().Mode is CgroupMode.V2 && File.ReadAllText("/sys/fs/cgroup/cgroup.controllers").Contains("memory", StringComparison.Ordinal),
            "Needs all controllers in cgroup v2.");
    }

    private static RuntimeSpec Limited(LinuxResources resources, params string[] args)
    {
        RuntimeSpec spec = ContainerHost.Spec(args);
        return spec with { Linux = spec.Linux! with { Resources = resources } };
    }

    private static string DirectoryOf(RuntimeSpec spec) => CgroupHost.Read().Open("c1", spec.Linux!.CgroupsPath).Paths[""];

    [Fact]
    [Must("config-linux.md#unified-1")]
    public async Task CreateAsync_Limits_AreTheKernels()
    {
        RequireControllers();
        await using var host = new ContainerHost();
        RuntimeSpec spec = Limited(
            new LinuxResources
            {
                Memory = new LinuxMemory { Limit = 64 << 20, Reservation = 16 << 20, Swap = 96 << 20 },
                Cpu = new LinuxCpu { Shares = 512, Quota = 50000, Period = 100000, Cpus = "0", Mems = "0" },
                Pids = new LinuxPids { Limit = 20 },
                HugepageLimits = [new LinuxHugepageLimit { PageSize = "2MB", Limit = 4 << 20 }],
                Unified = new Dictionary<string, string> { ["memory.high"] = "50331648" },
            },
            "cat");
        await using Container container = await host.CreateAsync(spec);

        string directory = DirectoryOf(spec);
        string Read(string file) => File.ReadAllText(Path.Combine(directory, file)).Trim();
        Assert.Equal(container.Pid.ToString(), Read("cgroup.procs"));
        Assert.Equal($"{64 << 20}", Read("memory.max"));
        Assert.Equal($"{16 << 20}", Read("memory.low"));
        Assert.Equal($"{32 << 20}", Read("memory.swap.max"));
        Assert.Equal("50331648", Read("memory.high"));
        Assert.Equal("50000 100000", Read("cpu.max"));
        Assert.InRange(int.Parse(Read("cpu.weight")), 10, 60);
        Assert.Equal(("0", "0"), (Read("cpuset.cpus"), Read("cpuset.mems")));
        Assert.Equal("20", Read("pids.max"));
        Assert.Equal($"{4 << 20}", Read("hugetlb.2MB.max"));

        await container.DeleteAsync(force: true);
        Assert.False(Directory.Exists(directory));
    }

    [Fact]
    public async Task Run_MemoryLimit_KillsWhatTakesMore()
    {
        RequireControllers();
        await using var host = new ContainerHost();

        ContainerRun run = await host.RunAsync(Limited(
            new LinuxResources { Memory = new LinuxMemory { Limit = 32 << 20 } },
            "dd", "if=/dev/zero", "of=/dev/null", "bs=200M", "count=1"));

        Assert.Equal(ExitStatus.FromSignal(9), run.Status);
    }

    [Fact]
    public async Task Run_PidsLimit_RefusesForks()
    {
        RequireControllers();
        await using var host = new ContainerHost();

        ContainerRun run = await host.RunAsync(Limited(
            new LinuxResources { Pids = new LinuxPids { Limit = 5 } },
            "sh", "-c", "for i in 1 2 3 4 5 6 7 8; do sleep 100 & done; wait"));

        Assert.False(run.Status.IsSuccess);
        Assert.Contains("fork", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_CgroupNamespace_SeesItsCgroupAsTheRoot()
    {
        RequireControllers();
        await using var host = new ContainerHost();

        ContainerRun run = await host.RunAsync("sh", "-c", "cat /proc/self/cgroup; cat /sys/fs/cgroup/cgroup.procs | head -n 1");

        Assert.Equal("0::/\n1\n", run.EnsureSuccess().Output);
    }

    [Fact]
    public async Task Run_DeviceRules_AreEnforcedByTheProgram()
    {
        RequireControllers();
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "mknod /tmp/kmsg c 1 11; head -c 1 /tmp/kmsg || echo refused; head -c 1 /dev/zero | wc -c; echo x >/dev/null && echo written");
        string[] capabilities = [.. spec.Process!.Capabilities!.Bounding!, "CAP_MKNOD"];
        spec = spec with
        {
            Process = spec.Process with { Capabilities = new LinuxCapabilities { Bounding = capabilities, Effective = capabilities, Permitted = capabilities } },
            Linux = spec.Linux! with { Resources = new LinuxResources { Devices = [new LinuxDeviceRule { Allow = false, Access = "rwm" }, new LinuxDeviceRule { Allow = true, Type = "c", Access = "m" }] } },
        };

        ContainerRun run = await host.RunAsync(spec);

        Assert.Empty(run.Warnings);
        Assert.Equal("refused\n1\nwritten\n", run.Output);
    }

    [Fact]
    public async Task UpdateAsync_PauseAsync_GetStatsAsync_OfARunningContainer()
    {
        RequireControllers();
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("cat");
        await using Container container = await host.CreateAsync(spec);
        await container.StartAsync();

        await container.UpdateAsync(new LinuxResources { Memory = new LinuxMemory { Limit = 48 << 20 }, Pids = new LinuxPids { Limit = 33 } });
        ContainerStats stats = await container.GetStatsAsync();
        await container.PauseAsync();
        ContainerStatus paused = (await container.GetStateAsync()).Status;
        await container.ResumeAsync();

        Assert.Equal($"{48 << 20}", File.ReadAllText(DirectoryOf(spec) + "/memory.max").Trim());
        Assert.Equal((48UL << 20, 1UL, 33UL), (stats.Memory!.Usage.Limit, stats.Pids!.Current, stats.Pids.Limit));
        Assert.True(stats.Cpu!.Usage > 0 && stats.Memory.Usage.Usage > 0);
        Assert.NotNull(stats.Memory.Pressure);
        Assert.Equal(ContainerStatus.Paused, paused);
        Assert.Equal(ContainerStatus.Running, (await container.GetStateAsync()).Status);
        await container.DeleteAsync(force: true);
    }

    [Fact]
    public async Task WatchEventsAsync_LimitMet_TellsItBeforeTheEnd()
    {
        RequireControllers();
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(Limited(
            new LinuxResources { Memory = new LinuxMemory { Limit = 32 << 20 } },
            "sh", "-c", "read go; dd if=/dev/zero of=/dev/null bs=200M count=1"));
        await container.StartAsync();
        IAsyncEnumerable<ContainerEvent> events = container.WatchEventsAsync();
        await container.StandardInput!.WriteAsync("go\n"u8.ToArray());

        var seen = new List<ContainerEvent>();
        await foreach (ContainerEvent e in events)
        {
            seen.Add(e);
        }

        Assert.IsType<ContainerOutOfMemoryEvent>(seen[0]);
        Assert.IsType<ContainerExitEvent>(seen[^1]);
        await container.DeleteAsync();
    }
}
