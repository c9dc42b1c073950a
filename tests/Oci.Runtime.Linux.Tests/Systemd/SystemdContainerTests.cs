using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Systemd;

/// <summary>The cgroup driver against the systemd that runs the machine.</summary>
[Collection(ContainerCollection.Name)]
[Trait("Needs", "root")]
[Trait("Runs", "vm")]
public sealed class SystemdContainerTests
{
    private static int s_last;

    private static ContainerRuntime Runtime(ContainerHost host) => new(new() { Root = host.Runtime.Root, CgroupDriver = CgroupDriver.Systemd });

    private static void RequireSystemd()
    {
        Requires.Root();
        Assert.SkipUnless(Directory.Exists("/run/systemd/system"), "Needs systemd as process 1.");
    }

    private static (RuntimeSpec Spec, string Unit) Sliced(LinuxResources resources, params string[] args)
    {
        string name = $"t{Environment.ProcessId}-{Interlocked.Increment(ref s_last)}";
        RuntimeSpec spec = ContainerHost.Spec(args);
        return (spec with { Linux = spec.Linux! with { CgroupsPath = $"oci-test.slice:oci:{name}", Resources = resources } }, $"oci-{name}.scope");
    }

    private static async Task<string> ShowAsync(string unit, string property)
    {
        ToolResult shown = await ToolResult.RunAsync("systemctl", ["show", "--property", property, "--value", unit]);
        return shown.EnsureSuccess().Output.Trim();
    }

    [Fact]
    public async Task CreateAsync_Slice_IsAScopeWithItsLimitsUntilDeleted()
    {
        RequireSystemd();
        await using var host = new ContainerHost();
        (RuntimeSpec spec, string unit) = Sliced(
            new LinuxResources
            {
                Memory = new LinuxMemory { Limit = 64 << 20 },
                Cpu = new LinuxCpu { Shares = 512, Quota = 50000, Period = 100000, Cpus = "0" },
                Pids = new LinuxPids { Limit = 40 },
            },
            "cat");

        await using (Container container = await Runtime(host).CreateAsync("scoped", await host.BundleAsync(spec), new() { Stdio = ContainerStdio.Pipes }))
        {
            await container.StartAsync();
            Assert.Equal("active", await ShowAsync(unit, "ActiveState"));
            Assert.Equal("oci-test.slice", await ShowAsync(unit, "Slice"));
            Assert.Contains($"/{unit}", File.ReadAllText($"/proc/{container.Pid}/cgroup"), StringComparison.Ordinal);
            Assert.Equal($"{64 << 20}", await ShowAsync(unit, "MemoryMax"));
            Assert.Equal("40", await ShowAsync(unit, "TasksMax"));
            Assert.Equal("500ms", await ShowAsync(unit, "CPUQuotaPerSecUSec"));
            Assert.Equal("0", await ShowAsync(unit, "AllowedCPUs"));
            Assert.Equal("yes", await ShowAsync(unit, "Delegate"));

            await container.UpdateAsync(new LinuxResources { Pids = new LinuxPids { Limit = 50 } });
            Assert.Equal("50", await ShowAsync(unit, "TasksMax"));
            // A reload makes systemd write again what it knows: limits must be its own, not only the kernel's.
            (await ToolResult.RunAsync("systemctl", ["daemon-reload"])).EnsureSuccess();
            Assert.Equal(50UL, (await container.GetStatsAsync()).Pids!.Limit);

            await container.DeleteAsync(force: true);
        }
        Assert.Equal("inactive", await ShowAsync(unit, "ActiveState"));
        Assert.False(Directory.Exists($"/sys/fs/cgroup/oci.slice/oci-test.slice/{unit}"));
    }

    [Fact]
    public async Task CreateAsync_StepFails_LeavesNoScope()
    {
        RequireSystemd();
        await using var host = new ContainerHost();
        (RuntimeSpec spec, string unit) = Sliced(new LinuxResources(), "no-such-program");

        ContainerException e = await Assert.ThrowsAsync<ContainerException>(async () => await Runtime(host).CreateAsync("failed", await host.BundleAsync(spec), new() { Stdio = ContainerStdio.Null }));

        Assert.Contains("executable file not found in $PATH", e.Message, StringComparison.Ordinal);
        Assert.Equal("inactive", await ShowAsync(unit, "ActiveState"));
    }
}
