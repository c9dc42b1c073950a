using System.Globalization;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

/// <summary>Pausing, changing and looking at a container that runs.</summary>
[Collection(ContainerCollection.Name)]
[Trait("Needs", "root")]
public sealed class ContainerControlTests
{
    private static void RequireControllers()
    {
        Requires.Root();
        Assert.SkipUnless(CgroupHost.Read().Hierarchies.Any(h => h.Controllers.Contains("memory")), "Needs the controllers of cgroup v1.");
    }

    private static async Task<Container> StartAsync(ContainerHost host, params string[] args) =>
        await StartAsync(host, ContainerHost.Spec(args));

    private static async Task<Container> StartAsync(ContainerHost host, RuntimeSpec spec)
    {
        Container container = await host.CreateAsync(spec);
        await container.StartAsync();
        return container;
    }

    private static string Read(RuntimeSpec spec, string controller, string file) =>
        File.ReadAllText($"{CgroupHost.Read().Open("c1", spec.Linux!.CgroupsPath).Paths[controller]}/{file}").TrimEnd('\n');

    [Fact]
    [Must("runtime.md#state-3")]
    public async Task PauseAsync_Running_StopsItUntilResumed()
    {
        RequireControllers();
        await using var host = new ContainerHost();
        await using Container container = await StartAsync(host, "cat");
        using var reader = new StreamReader(container.StandardOutput!);

        await container.PauseAsync();
        Assert.Equal(ContainerStatus.Paused, (await container.GetStateAsync()).Status);
        await container.StandardInput!.WriteAsync("hello\n"u8.ToArray());
        Task<string?> line = reader.ReadLineAsync();
        Assert.Contains("cannot exec in a paused container", (await Assert.ThrowsAsync<ContainerException>(() => container.ExecAsync(new() { Args = ["true"] }))).Message);
        Assert.NotNull((await container.GetStatsAsync()).Memory);
        Assert.False(line.IsCompleted);

        await container.ResumeAsync();
        Assert.Equal("hello", await line);
        Assert.Equal(ContainerStatus.Running, (await container.GetStateAsync()).Status);
        await container.DeleteAsync(force: true);
    }

    [Fact]
    public async Task PauseAsync_Created_CannotBeStartedUntilResumed()
    {
        RequireControllers();
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(ContainerHost.Spec("true"));

        await container.PauseAsync();
        Assert.Equal(ContainerStatus.Paused, (await container.GetStateAsync()).Status);
        Assert.Contains("cannot start a container in the paused state", (await Assert.ThrowsAsync<ContainerException>(() => container.StartAsync())).Message);
        await container.ResumeAsync();
        Assert.Equal(ContainerStatus.Created, (await container.GetStateAsync()).Status);
        await container.StartAsync();
        Assert.True((await container.WaitAsync()).IsSuccess);
        await container.DeleteAsync();
    }

    // The strings are what callers of runc match.
    [Fact]
    [Must("runtime.md#start-1", "runtime.md#kill-1", "runtime.md#delete-1")]
    public async Task EveryCall_WrongState_SaysWhatRuncSays()
    {
        RequireControllers();
        await using var host = new ContainerHost();
        await using Container container = await StartAsync(host, "cat");

        await Says("container not paused", () => container.ResumeAsync());
        await container.PauseAsync();
        await Says("container not running", () => container.PauseAsync());
        await container.ResumeAsync();
        await container.KillAllAsync(9);
        await container.WaitAsync();
        await Says("container not running", () => container.PauseAsync());
        await Says("container not paused", () => container.ResumeAsync());
        await Says("container not running", () => container.UpdateAsync(new LinuxResources()));
        await Says("container not running", () => container.GetStatsAsync());
        await Says("container not running", () => container.GetProcessesAsync());
        await Says("container not running", () => container.KillAllAsync(15));
        await container.DeleteAsync();

        static async Task Says(string words, Func<Task> call) => Assert.Contains(words, (await Assert.ThrowsAsync<ContainerException>(call)).Message);
    }

    [Fact]
    public async Task KillAsync_SigkillWhilePaused_EndsIt()
    {
        RequireControllers();
        await using var host = new ContainerHost();
        await using Container container = await StartAsync(host, "cat");
        await container.PauseAsync();

        await container.KillAsync(9);

        Assert.Equal(ExitStatus.FromSignal(9), await container.WaitAsync());
        await container.DeleteAsync();
    }

    [Fact]
    public async Task UpdateAsync_MemoryWithSwap_UpAndDownInAnyOrder()
    {
        RequireControllers();
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("cat");
        spec = spec with { Linux = spec.Linux! with { Resources = new() { Memory = new() { Limit = 32 << 20, Swap = 64 << 20 }, Pids = new() { Limit = 10 } } } };
        await using Container container = await StartAsync(host, spec);
        Assert.SkipUnless(File.Exists($"{CgroupHost.Read().Open("c1", spec.Linux!.CgroupsPath).Paths["memory"]}/memory.memsw.limit_in_bytes"), "Needs swap accounting.");

        foreach ((int limit, int swap) in (List<(int, int)>)[(128, 256), (16, 32), (64, 64), (64, 128), (32, 48)])
        {
            await container.UpdateAsync(new() { Memory = new() { Limit = limit << 20, Swap = swap << 20 } });
            Assert.Equal(($"{limit << 20}", $"{swap << 20}"), (Read(spec, "memory", "memory.limit_in_bytes"), Read(spec, "memory", "memory.memsw.limit_in_bytes")));
        }
        await container.UpdateAsync(new() { Memory = new() { Limit = -1 } });
        Assert.Null((await container.GetStatsAsync()).Memory!.Usage.Limit);
        Assert.Equal("10", Read(spec, "pids", "pids.max"));
        await container.DeleteAsync(force: true);
    }

    [Fact]
    public async Task UpdateAsync_QuotaPeriodBurst_UpAndDownInAnyOrder()
    {
        RequireControllers();
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("cat");
        await using Container container = await StartAsync(host, spec);

        foreach ((int quota, int period, int burst) in (List<(int, int, int)>)[(50_000, 100_000, 40_000), (5_000, 10_000, 5_000), (200_000, 100_000, 0), (1_000, 500_000, 1_000)])
        {
            await container.UpdateAsync(new() { Cpu = new() { Quota = quota, Period = (ulong)period, Burst = (ulong)burst } });
            Assert.Equal(($"{quota}", $"{period}", $"{burst}"), (Read(spec, "cpu", "cpu.cfs_quota_us"), Read(spec, "cpu", "cpu.cfs_period_us"), Read(spec, "cpu", "cpu.cfs_burst_us")));
        }
        await container.DeleteAsync(force: true);
    }

    [Fact]
    public async Task UpdateAsync_OneRefused_TellsItAndSetsTheOthersBack()
    {
        RequireControllers();
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("cat");
        spec = spec with { Linux = spec.Linux! with { Resources = new() { Pids = new() { Limit = 10 }, Cpu = new() { Shares = 512 } } } };
        await using Container container = await StartAsync(host, spec);

        ContainerException e = await Assert.ThrowsAsync<ContainerException>(() =>
            container.UpdateAsync(new() { Memory = new() { Limit = 64 << 20 }, Pids = new() { Limit = 20 }, Cpu = new() { Shares = 100, Cpus = "4000" } }));

        Assert.Equal("/linux/resources/cpu/cpus", e.SpecPointer);
        Assert.Contains("'4000' to ", e.Message);
        Assert.EndsWith("cpuset.cpus", e.Path);
        Assert.Equal(("512", "10", null), (Read(spec, "cpu", "cpu.shares"), Read(spec, "pids", "pids.max"), CgroupText.Limit(Read(spec, "memory", "memory.limit_in_bytes"))));
        await container.DeleteAsync(force: true);
    }

    [Fact]
    public async Task UpdateAsync_NotValid_ChangesNothing()
    {
        RequireControllers();
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("cat");
        await using Container container = await StartAsync(host, spec);

        InvalidSpecException e = await Assert.ThrowsAsync<InvalidSpecException>(() => container.UpdateAsync(new() { Pids = new() { Limit = 5 }, Memory = new() { Limit = 9, Swap = 8 } }));
        Assert.Equal("/linux/resources/memory/swap", e.SpecPointer);
        Assert.Equal("/linux/resources/unified", (await Assert.ThrowsAsync<InvalidSpecException>(() =>
            container.UpdateAsync(new() { Pids = new() { Limit = 5 }, Unified = new Dictionary<string, string> { ["pids.max"] = "6" } }))).SpecPointer);
        Assert.Equal("max", Read(spec, "pids", "pids.max"));
        await container.DeleteAsync(force: true);
    }

    [Fact]
    public async Task UpdateAsync_Devices_ReplacesTheRules()
    {
        RequireControllers();
        await using var host = new ContainerHost();
        await using Container container = await StartAsync(host, ContainerHost.Spec("cat"));
        RuntimeSpec spec = ContainerHost.Spec("cat");

        await container.UpdateAsync(new() { Devices = [new LinuxDeviceRule { Allow = false, Access = "rwm" }, new LinuxDeviceRule { Allow = true, Type = "c", Major = 10, Minor = 229, Access = "rw" }] });

        await using ContainerProcess process = await container.ExecAsync(new() { Args = ["cat", "/proc/self/cgroup"], Stdio = ContainerStdio.Pipes });
        Assert.True((await process.WaitAsync()).IsSuccess);
        string path = $"{CgroupHost.Read().Hierarchies.First(h => h.Controllers.Contains("devices")).MountPoint}{File.ReadLines($"/proc/{container.Pid}/cgroup").First(l => l.Contains(":devices:")).Split(':')[2]}/devices.list";
        string list = await File.ReadAllTextAsync(path);
        Assert.Contains("c 10:229 rw", list);
        Assert.Contains("c 1:3 rwm", list);
        Assert.DoesNotContain("a *:*", list);
        await container.DeleteAsync(force: true);
    }

    [Fact]
    public async Task GetStatsAsync_Running_TellsWhatItUses()
    {
        RequireControllers();
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "sleep 1000 & i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo done; wait");
        spec = spec with { Linux = spec.Linux! with { Resources = new() { Pids = new() { Limit = 10 }, Memory = new() { Limit = 64 << 20 } } } };
        await using Container container = await StartAsync(host, spec);
        Assert.Equal("done", await new StreamReader(container.StandardOutput!).ReadLineAsync());

        ContainerStats stats = await container.GetStatsAsync();

        Assert.True(stats.Cpu!.Usage > 1_000_000, $"{stats.Cpu.Usage}");
        Assert.Equal(stats.Cpu.Usage > 0, stats.Cpu.PerCpu.Any(n => n > 0));
        Assert.Equal(64UL << 20, stats.Memory!.Usage.Limit);
        Assert.InRange(stats.Memory.Usage.Usage!.Value, 4096UL, 64UL << 20);
        Assert.Contains("rss", stats.Memory.Raw.Keys);
        Assert.Equal(0UL, stats.Memory.OomKillCount);
        Assert.Equal(10UL, stats.Pids!.Limit);
        Assert.Equal(2UL, stats.Pids.Current);
        Assert.Equal("lo", Assert.Single(stats.NetworkInterfaces, i => i.Name == "lo").Name);
        await container.DeleteAsync(force: true);
    }

    [Fact]
    public async Task GetProcessesAsync_Running_AreTheKernels()
    {
        RequireControllers();
        await using var host = new ContainerHost();
        await using Container container = await StartAsync(host, "sh", "-c", "sleep 1000 & sleep 1000 & echo ready; wait");
        Assert.Equal("ready", await new StreamReader(container.StandardOutput!).ReadLineAsync());

        IReadOnlyList<int> pids = await container.GetProcessesAsync();

        Assert.Contains(container.Pid, pids);
        Assert.Equal(3, pids.Count);
        Assert.All(pids, pid => Assert.True(Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}"))));
        await container.DeleteAsync(force: true);
    }

    [Fact]
    public async Task KillAllAsync_OtherSignal_ReachesEveryProcess()
    {
        RequireControllers();
        await using var host = new ContainerHost();
        await using Container container = await StartAsync(host, "sh", "-c", "trap 'echo parent; exit 3' USR1; sh -c 'trap \"echo child; exit 4\" USR1; echo ready; while :; do sleep 0.02; done' & wait; wait");
        using var reader = new StreamReader(container.StandardOutput!);
        Assert.Equal("ready", await reader.ReadLineAsync());

        await container.KillAllAsync(10);

        Assert.Equal(ExitStatus.FromCode(3), await container.WaitAsync());
        Assert.Contains("parent", await reader.ReadToEndAsync());
        await container.DeleteAsync();
    }

    [Fact]
    public async Task KillAllAsync_FirstProcessHasEnded_KillsTheRest()
    {
        RequireControllers();
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "sleep 1000 >/dev/null 2>&1 & exit 0");
        spec = spec with { Linux = spec.Linux! with { Namespaces = [.. spec.Linux.Namespaces!.Where(n => n.Type != LinuxNamespaceTypes.Pid)] } };
        await using Container container = await StartAsync(host, spec);
        Assert.True((await container.WaitAsync()).IsSuccess);
        ICgroup cgroup = CgroupHost.Read().Open("c1", spec.Linux!.CgroupsPath);
        Assert.Single(cgroup.ReadProcesses());

        await container.KillAllAsync(Libc.SIGKILL);

        Assert.Empty(cgroup.ReadProcesses());
        await container.DeleteAsync();
    }
}
