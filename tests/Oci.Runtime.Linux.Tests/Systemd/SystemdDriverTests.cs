using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Systemd;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Systemd;

/// <summary>The driver against a scripted peer in place of systemd, on real cgroups.</summary>
[Collection(ContainerCollection.Name)]
[Trait("Needs", "root")]
public sealed class SystemdDriverTests
{
    [Fact]
    public async Task CreateToDelete_ScriptedPeer_IsAskedForAScope()
    {
        Requires.Root();
        Assert.SkipUnless(CgroupHost.Read().Mode is CgroupMode.Hybrid or CgroupMode.V1, "Needs cgroup v1.");
        Assert.SkipWhen(File.Exists("/run/systemd/private"), "Needs a machine without systemd.");
        await using var peer = new SystemdPeer();
        string? before = Environment.GetEnvironmentVariable("DBUS_SYSTEM_BUS_ADDRESS");
        Environment.SetEnvironmentVariable("DBUS_SYSTEM_BUS_ADDRESS", $"unix:path={peer.Path}");
        try
        {
            await using var host = new ContainerHost();
            string name = $"oci{Environment.ProcessId}";
            RuntimeSpec spec = ContainerHost.Spec("cat");
            spec = spec with { Linux = spec.Linux! with { CgroupsPath = $"{name}.slice:test:{name}", Resources = new() { Pids = new() { Limit = 7 } } } };
            var runtime = new ContainerRuntime(new() { Root = host.Runtime.Root, CgroupDriver = CgroupDriver.Systemd });
            Bundle bundle = await host.BundleAsync(spec);
            await using Container container = await runtime.CreateAsync("c1", bundle, new() { Stdio = ContainerStdio.Pipes });
            await container.StartAsync();

            string line = File.ReadLines($"/proc/{container.Pid}/cgroup").Single(l => l.Contains(":pids:"));
            Assert.EndsWith($":/{name}.slice/test-{name}.scope", line);
            Assert.Equal(7UL, (await container.GetStatsAsync()).Pids!.Limit);
            await using Container found = (await runtime.GetAsync("c1"))!;
            await found.UpdateAsync(new() { Pids = new() { Limit = 8 } });
            await using ContainerProcess process = await found.ExecAsync(new() { Args = ["true"] });
            Assert.True((await process.WaitAsync()).IsSuccess);
            Assert.Equal(8UL, (await found.GetStatsAsync()).Pids!.Limit);
            await found.DeleteAsync(force: true);

            Assert.Equal(["StartTransientUnit", "SetUnitProperties", "StopUnit", "ResetFailedUnit"], peer.Members.Where(m => m != "Subscribe"));
            Assert.Equal($"test-{name}.scope", new DBusReader(peer.Calls.First(c => c.Member == "StartTransientUnit").Body).String());
            Assert.False(Directory.Exists($"{CgroupHost.Read().Hierarchies.First(h => h.Controllers.Contains("pids")).MountPoint}/{name}.slice"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("DBUS_SYSTEM_BUS_ADDRESS", before);
        }
    }

    [Fact]
    public async Task StartScopeAsync_JobFails_SaysSo()
    {
        Requires.Linux();
        await using var peer = new SystemdPeer { Result = "timeout" };
        var manager = new SystemdManager("web", new SystemdEndpoint(peer.Path, IsBus: false));

        ContainerException e = await Assert.ThrowsAsync<ContainerException>(() => manager.StartScopeAsync("x.scope", [], CancellationToken.None));

        Assert.Contains("starting the systemd unit x.scope failed: The job of StartTransientUnit ended as 'timeout'", e.Message);
    }

    [Fact]
    public async Task Calls_SystemdRefuses_SaySoButNotOfAUnitThatIsGone()
    {
        Requires.Linux();
        await using var peer = new SystemdPeer { Error = "org.freedesktop.systemd1.NoSuchUnit" };
        var manager = new SystemdManager("web", new SystemdEndpoint(peer.Path, IsBus: true));

        await manager.StopAsync("x.scope", CancellationToken.None);
        peer.Error = "org.freedesktop.DBus.Error.AccessDenied";
        Assert.Contains("AccessDenied: It says no", (await Assert.ThrowsAsync<ContainerException>(() => manager.StopAsync("x.scope", CancellationToken.None))).Message);
        Assert.Contains("AccessDenied: It says no", (await Assert.ThrowsAsync<ContainerException>(() => manager.SetPropertiesAsync("x.scope", [new("TasksMax", 1UL)], CancellationToken.None))).Message);
    }

    [Fact]
    public async Task StartScopeAsync_NoSystemd_SaysWhereItLookedAndWhatToDo()
    {
        Requires.Linux();
        using var folder = new TempDirectory();
        var manager = new SystemdManager("web", new SystemdEndpoint(folder.Combine("none"), IsBus: true));

        ContainerException e = await Assert.ThrowsAsync<ContainerException>(() => manager.StartScopeAsync("x.scope", [], CancellationToken.None));

        Assert.Contains("Use the driver cgroupfs", e.Hint);
        Assert.Equal(folder.Combine("none"), e.Path);
    }
}
