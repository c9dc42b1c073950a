using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

[Collection(ContainerCollection.Name)]
[Trait("Runs", "vm")]
public sealed class ContainerLifecycleTests
{
    [Fact]
    [Must("runtime.md#scope-of-a-container-1", "runtime.md#lifecycle-9", "runtime.md#operations-1", "runtime.md#start-3")]
    public async Task Run_Program_PrintsAndExits()
    {
        await using var host = new ContainerHost();

        ContainerRun run = await host.RunAsync("sh", "-c", "echo out; echo err >&2; exit 7");

        Assert.Equal(("out\n", "err\n", ExitStatus.FromCode(7)), (run.Output, run.Error, run.Status));
    }

    [Fact]
    [Must("runtime.md#lifecycle-2", "runtime.md#query-state-3", "runtime.md#create-4")]
    public async Task CreateAsync_Program_WaitsUntilStarted()
    {
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(ContainerHost.Spec("sh", "-c", "echo started"));

        Assert.Equal(ContainerStatus.Created, (await container.GetStateAsync()).Status);
        Assert.False(container.WaitAsync().IsCompleted);

        await container.StartAsync();
        Assert.Equal("started\n", await new StreamReader(container.StandardOutput!).ReadToEndAsync());
        Assert.Equal(ExitStatus.FromCode(0), await container.WaitAsync());
        Assert.Equal(ContainerStatus.Stopped, (await container.GetStateAsync()).Status);
        await container.DeleteAsync();
    }

    [Fact]
    [Must("runtime.md#start-2")]
    public async Task StartAsync_Twice_Throws()
    {
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(ContainerHost.Spec("cat"));
        await container.StartAsync();

        Assert.Equal(ContainerStatus.Running, (await container.GetStateAsync()).Status);
        var running = await Assert.ThrowsAsync<ContainerException>(() => container.StartAsync());
        Assert.Contains("already running", running.Message, StringComparison.Ordinal);

        container.StandardInput!.Close();
        await container.WaitAsync();
        var stopped = await Assert.ThrowsAsync<ContainerException>(() => container.StartAsync());
        Assert.Contains("has stopped", stopped.Message, StringComparison.Ordinal);
        await container.DeleteAsync();
    }

    [Fact]
    public async Task StandardInput_Written_ReachesTheProgram()
    {
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(ContainerHost.Spec("cat"));
        await container.StartAsync();
        byte[] sent = new byte[300_000];
        new Random(1).NextBytes(sent);

        using var received = new MemoryStream();
        Task reading = container.StandardOutput!.CopyToAsync(received);
        await container.StandardInput!.WriteAsync(sent);
        container.StandardInput.Close();
        await reading;

        Assert.Equal(sent, received.ToArray());
        Assert.True((await container.WaitAsync()).IsSuccess);
        await container.DeleteAsync();
    }

    [Fact]
    public async Task StandardOutput_ReadCancelled_EndsAtOnce()
    {
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(ContainerHost.Spec("cat"));
        await container.StartAsync();
        using var cancellation = new CancellationTokenSource();

        ValueTask<int> reading = container.StandardOutput!.ReadAsync(new byte[1], cancellation.Token);
        await cancellation.CancelAsync();

        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reading);
        Assert.Equal(cancellation.Token, e.CancellationToken);
        await container.DeleteAsync(force: true);
    }

    [Theory]
    [Must("runtime.md#operations-1", "runtime.md#kill-2")]
    [InlineData(9)]
    [InlineData(15)]
    public async Task KillAsync_Signal_IsTheExitStatus(int signal)
    {
        await using var host = new ContainerHost();
        // The first process of a pid namespace gets SIGTERM only if it handles it, so the shell does, and ends itself by it.
        await using Container container = await host.CreateAsync(ContainerHost.Spec("sh", "-c", "trap 'exit 143' TERM; echo ready; while :; do sleep 0.05; done"));
        await container.StartAsync();
        Assert.Equal("ready", await new StreamReader(container.StandardOutput!).ReadLineAsync());

        await container.KillAsync(signal);

        Assert.Equal(signal == 9 ? ExitStatus.FromSignal(9) : ExitStatus.FromCode(143), await container.WaitAsync());
        var e = await Assert.ThrowsAsync<ContainerException>(() => container.KillAsync(signal));
        Assert.Contains("container not running", e.Message, StringComparison.Ordinal);
        await container.DeleteAsync();
    }

    [Fact]
    [Must("runtime.md#delete-2")]
    public async Task DeleteAsync_Running_ThrowsUnlessForced()
    {
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(ContainerHost.Spec("cat"));
        await container.StartAsync();

        var e = await Assert.ThrowsAsync<ContainerException>(() => container.DeleteAsync());
        Assert.Contains("not stopped", e.Message, StringComparison.Ordinal);

        await container.DeleteAsync(force: true);
        Assert.Equal(ExitStatus.FromSignal(9), await container.WaitAsync());
        e = await Assert.ThrowsAsync<ContainerException>(() => container.DeleteAsync());
        Assert.Contains("container does not exist", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateAsync_InitKilledWhileCreated_IsStoppedAndDeletable()
    {
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(ContainerHost.Spec("true"));

        await container.KillAsync(9);

        Assert.Equal(ExitStatus.FromSignal(9), await container.WaitAsync());
        Assert.Equal(ContainerStatus.Stopped, (await container.GetStateAsync()).Status);
        await container.DeleteAsync();
    }

    [Fact]
    [Must("runtime.md#state-2", "runtime.md#create-2")]
    public async Task CreateAsync_IdInUse_Throws()
    {
        await using var host = new ContainerHost();
        Bundle bundle = await host.BundleAsync(ContainerHost.Spec("true"));
        await using Container container = await host.Runtime.CreateAsync("same", bundle);

        var e = await Assert.ThrowsAsync<ContainerException>(() => host.Runtime.CreateAsync("same", bundle));

        Assert.Equal("same", e.ContainerId);
        Assert.Contains("exists already", e.Message, StringComparison.Ordinal);
        await container.DeleteAsync();
    }

    [Theory]
    [Must("runtime.md#query-state-1", "runtime.md#create-1", "runtime.md#create-2")]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../up")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("ä")]
    public async Task CreateAsync_BadId_Throws(string id)
    {
        Requires.Linux();
        using var folder = new TempDirectory();
        var runtime = new ContainerRuntime(new ContainerRuntimeOptions { Root = folder.Combine("state") });
        Bundle bundle = await Bundle.CreateAsync(folder.Combine("bundle"), ContainerHost.Spec("true"));

        await Assert.ThrowsAnyAsync<ArgumentException>(() => runtime.CreateAsync(id, bundle));

        Assert.False(Directory.Exists(runtime.Root));
    }

    [Fact]
    [Must("runtime.md#scope-of-a-container-1", "runtime.md#query-state-2")]
    public async Task GetAsync_AndListAsync_FindContainersOfTheRoot()
    {
        await using var host = new ContainerHost();
        await using Container one = await host.CreateAsync(ContainerHost.Spec("true"));
        await using Container two = await host.CreateAsync(ContainerHost.Spec("true"));

        var ids = new List<string>();
        await foreach (Container found in host.Runtime.ListAsync())
        {
            ids.Add(found.Id);
            await found.DisposeAsync();
        }
        await using Container? again = await host.Runtime.GetAsync(one.Id);
        await again!.StartAsync();

        Assert.Equal([one.Id, two.Id], ids);
        Assert.Equal(one.Pid, again.Pid);
        Assert.True((await again.WaitAsync()).IsSuccess);
        Assert.Null(await host.Runtime.GetAsync("other"));
        await again.DeleteAsync();
        await two.DeleteAsync();
        Assert.Null(await host.Runtime.GetAsync(one.Id));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DisposeAsync_EndsTheContainerOnlyIfOwned(bool isOwned)
    {
        await using var host = new ContainerHost();
        Container container = await host.Runtime.CreateAsync("c", await host.BundleAsync(ContainerHost.Spec("cat")), new() { Stdio = ContainerStdio.Null, KillOnDispose = isOwned });
        await container.DisposeAsync();

        await using Container? found = await host.Runtime.GetAsync("c");
        Assert.Equal(isOwned, found is null);
        if (found is not null)
        {
            Assert.Equal(ContainerStatus.Created, (await found.GetStateAsync()).Status);
            await found.DeleteAsync();
        }
    }

    [Fact]
    public async Task CreateAsync_FiftyAtOnce_AllRun()
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "exit 5");
        // Each gets a cgroup by its id.
        Bundle bundle = await host.BundleAsync(spec with { Linux = spec.Linux! with { CgroupsPath = null } });

        ExitStatus[] ends = await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            await using Container container = await host.Runtime.CreateAsync($"oci-test-{Environment.ProcessId}-many{i}", bundle, new() { Stdio = ContainerStdio.Null });
            await container.StartAsync();
            ExitStatus end = await container.WaitAsync();
            await container.DeleteAsync();
            return end;
        }));

        Assert.All(ends, end => Assert.Equal(ExitStatus.FromCode(5), end));
    }

    [Fact]
    public async Task CreateAsync_Cancelled_LeavesNothing()
    {
        await using var host = new ContainerHost();
        Bundle bundle = await host.BundleAsync(ContainerHost.Spec("true"));
        for (int i = 0; i < 20; i++)
        {
            using var cancellation = new CancellationTokenSource(TimeSpan.FromMicroseconds(200 * i));
            try
            {
                await using Container container = await host.Runtime.CreateAsync("c", bundle, new() { Stdio = ContainerStdio.Null }, cancellation.Token);
                await container.DeleteAsync();
            }
            catch (OperationCanceledException e)
            {
                Assert.Equal(cancellation.Token, e.CancellationToken);
            }
        }
    }
}
