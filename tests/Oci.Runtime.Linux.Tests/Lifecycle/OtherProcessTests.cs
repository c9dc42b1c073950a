using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

[Collection(ContainerCollection.Name)]
public sealed class OtherProcessTests
{
    [Fact]
    public async Task StartAsync_CreatedByAProcessThatIsGone_Runs()
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "trap 'exit 42' TERM; touch /tmp/running; while :; do sleep 0.05; done");
        await host.BundleAsync(spec);

        ToolResult created = await OtherProcess.RunAsync([], nameof(CreateAndLeave), host.Runtime.Root + ":" + host.BundlePath);

        Assert.True(created.ExitCode == 0, created.Output + created.Error);
        await using Container? container = await host.Runtime.GetAsync("left");
        Assert.Equal(ContainerStatus.Created, (await container!.GetStateAsync()).Status);
        await container.StartAsync();
        Assert.Equal(ContainerStatus.Running, (await container.GetStateAsync()).Status);
        while (!File.Exists(Path.Combine(host.RootPath, "tmp", "running")))
        {
            await Task.Yield();
        }
        await container.KillAsync();
        ExitStatus status = await container.WaitAsync();
        // Not our child: known where the kernel tells (6.15) and whoever adopted it waits for it.
        Assert.True(!status.IsKnown || status == ExitStatus.FromCode(42), status.ToString());
        Assert.Equal(ContainerStatus.Stopped, (await container.GetStateAsync()).Status);
        await container.DeleteAsync();
    }

    [Fact]
    public async Task CreateAndLeave()
    {
        string[] paths = OtherProcess.Argument.Split(':');
        var runtime = new ContainerRuntime(new ContainerRuntimeOptions { Root = paths[0] });
        await using Container container = await runtime.CreateAsync("left", await Bundle.OpenAsync(paths[1]), new() { Stdio = ContainerStdio.Null });
        Assert.Equal(ContainerStatus.Created, (await container.GetStateAsync()).Status);
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task Run_OuterProcIsCovered_BindsItAndSaysSo()
    {
        Requires.Root();
        Requires.Tool("unshare");

        // Where a part of /proc is covered, the kernel gives a user namespace no procfs without the cover.
        ToolResult run = await OtherProcess.RunAsync(
            ["unshare", "-m", "sh", "-c", "mount -t tmpfs none /proc/fs && exec \"$@\"", "sh"],
            nameof(RunWithCoveredProc),
            "covered");

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
    }

    [Fact]
    public async Task RunWithCoveredProc()
    {
        _ = OtherProcess.Argument;
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "ls -d /proc/self && touch /proc/fs/x");
        spec = spec with
        {
            Linux = spec.Linux! with
            {
                Namespaces = [.. spec.Linux.Namespaces!, new LinuxNamespace { Type = LinuxNamespaceTypes.User }],
                UidMappings = [new LinuxIdMapping { ContainerId = 0, HostId = 0, Size = 1 }],
                GidMappings = [new LinuxIdMapping { ContainerId = 0, HostId = 0, Size = 1 }],
                ReadonlyPaths = [],
                MaskedPaths = [],
            },
            Mounts = [.. spec.Mounts!.Where(m => m.Type is not "devpts")],
        };

        ContainerRun run = (await host.RunAsync(spec)).EnsureSuccess();

        Assert.Equal("/proc/self\n", run.Output);
        Assert.Contains(run.Warnings, w => w.Contains("/proc is a bind of the outer one", StringComparison.Ordinal));
    }
}
