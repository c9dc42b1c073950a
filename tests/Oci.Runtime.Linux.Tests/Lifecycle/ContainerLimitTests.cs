using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

/// <summary>That a container is in a cgroup of its own, that its limits hold, and that it is gone afterwards.</summary>
[Collection(ContainerCollection.Name)]
[Trait("Needs", "root")]
public sealed class ContainerLimitTests
{
    private static RuntimeSpec Limited(LinuxResources resources, params string[] args)
    {
        RuntimeSpec spec = ContainerHost.Spec(args);
        return spec with { Linux = spec.Linux! with { Resources = resources } };
    }

    private static string[] Directories(RuntimeSpec spec) =>
        [.. CgroupHost.Read().Open("c1", spec.Linux!.CgroupsPath).Paths.Values.Distinct()];

    private static void RequireController(string name)
    {
        Requires.Root();
        Assert.SkipUnless(CgroupHost.Read().Hierarchies.Any(h => h.Controllers.Contains(name)), $"Needs the {name} controller of cgroup v1.");
    }

    [Fact]
    [Must("runtime.md#lifecycle-10", "runtime.md#create-3", "runtime.md#delete-3")]
    public async Task CreateAsync_Default_IsInACgroupOfEachHierarchyUntilDeleted()
    {
        RequireController("pids");
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("cat");
        await using Container container = await host.CreateAsync(spec);

        string[] directories = Directories(spec);
        Assert.NotEmpty(directories);
        Assert.All(directories, d => Assert.Equal(container.Pid, int.Parse(File.ReadAllText(d + "/cgroup.procs"))));
        await container.StartAsync();
        Assert.All(directories, d => Assert.Equal(container.Pid, int.Parse(File.ReadAllText(d + "/cgroup.procs"))));

        await container.DeleteAsync(force: true);
        Assert.All(directories, d => Assert.False(Directory.Exists(d), d));
    }

    [Fact]
    public async Task Run_MemoryLimit_KillsWhatTakesMore()
    {
        RequireController("memory");
        await using var host = new ContainerHost();
        RuntimeSpec spec = Limited(
            new LinuxResources { Memory = new LinuxMemory { Limit = 32 << 20 } },
            "dd", "if=/dev/zero", "of=/dev/null", "bs=200M", "count=1");

        ContainerRun run = await host.RunAsync(spec);

        Assert.Equal(ExitStatus.FromSignal(9), run.Status);
    }

    [Fact]
    public async Task Run_PidsLimit_RefusesForks()
    {
        RequireController("pids");
        await using var host = new ContainerHost();
        RuntimeSpec spec = Limited(
            new LinuxResources { Pids = new LinuxPids { Limit = 5 } },
            "sh", "-c", "for i in 1 2 3 4 5 6 7 8; do sleep 100 & done; wait");

        ContainerRun run = await host.RunAsync(spec);

        Assert.False(run.Status.IsSuccess);
        Assert.Contains("fork", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_DefaultDeviceRules_RefuseOtherDevices()
    {
        RequireController("devices");
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "mknod /tmp/kmsg c 1 11; head -c 1 /tmp/kmsg || echo refused; head -c 1 /dev/zero | wc -c; mknod /tmp/null c 1 3 && echo x >/tmp/null && echo written");
        string[] capabilities = [.. spec.Process!.Capabilities!.Bounding!, "CAP_MKNOD"];
        spec = spec with { Process = spec.Process with { Capabilities = new LinuxCapabilities { Bounding = capabilities, Effective = capabilities, Permitted = capabilities } } };

        ContainerRun run = (await host.RunAsync(spec)).EnsureSuccess();

        Assert.Equal("refused\n1\nwritten\n", run.Output);
    }

    [Fact]
    public async Task Run_CpuQuota_IsTheKernels()
    {
        RequireController("cpu");
        await using var host = new ContainerHost();
        RuntimeSpec spec = Limited(new LinuxResources { Cpu = new LinuxCpu { Quota = 50_000, Period = 100_000, Shares = 512 } }, "cat");
        await using Container container = await host.CreateAsync(spec);

        string directory = CgroupHost.Read().Open("c1", spec.Linux!.CgroupsPath).Paths["cpu"];
        Assert.Equal(("50000", "100000", "512"), (Read("cpu.cfs_quota_us"), Read("cpu.cfs_period_us"), Read("cpu.shares")));
        await container.DeleteAsync();

        string Read(string file) => File.ReadAllText($"{directory}/{file}").Trim();
    }

    [Fact]
    public async Task GetStateAsync_Frozen_IsPausedAndCanBeDeletedByForce()
    {
        RequireController("freezer");
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("cat");
        await using Container container = await host.CreateAsync(spec);
        await container.StartAsync();
        await CgroupHost.Read().Open("c1", spec.Linux!.CgroupsPath).SetFrozenAsync(true, default);

        Assert.Equal(ContainerStatus.Paused, (await container.GetStateAsync()).Status);
        await Assert.ThrowsAsync<ContainerException>(() => container.DeleteAsync());

        await container.DeleteAsync(force: true);
        Assert.Equal(ExitStatus.FromSignal(9), await container.WaitAsync());
    }
}
