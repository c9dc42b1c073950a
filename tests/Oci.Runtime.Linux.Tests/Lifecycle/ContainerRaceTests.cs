using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Lifecycle;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

/// <summary>Calls that meet each other: one of them wins, the others say so, nothing hangs and nothing is left.</summary>
[Collection(ContainerCollection.Name)]
public sealed class ContainerRaceTests
{
    private static async Task IgnoreAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (ContainerException)
        {
            // Typed: what it says is tested elsewhere.
        }
    }

    [Fact]
    public async Task StartAsync_WhileKilled_EndsEitherWay()
    {
        await using var host = new ContainerHost();
        Bundle bundle = await host.BundleAsync(ContainerHost.Spec("true"));
        for (int i = 0; i < 200; i++)
        {
            await using Container container = await host.Runtime.CreateAsync("c", bundle, new() { Stdio = ContainerStdio.Null });
            int wait = i % 20 * 50;
            Task kill = Task.Run(() =>
            {
                Thread.SpinWait(wait);
                return container.KillAsync(9);
            });
            await IgnoreAsync(container.StartAsync());
            await IgnoreAsync(kill);
            ExitStatus status = await container.WaitAsync();
            Assert.True(status.IsSuccess || status == ExitStatus.FromSignal(9), status.ToString());
            await container.DeleteAsync();
        }
    }

    [Fact]
    public async Task DisposeAsync_WhileStarted_EndsTheContainer()
    {
        await using var host = new ContainerHost();
        Bundle bundle = await host.BundleAsync(ContainerHost.Spec("cat"));
        for (int i = 0; i < 50; i++)
        {
            Container container = await host.Runtime.CreateAsync("c", bundle, new() { Stdio = ContainerStdio.Pipes, KillOnDispose = true });
            Task start = Task.Run(() => IgnoreAsync(container.StartAsync()));
            Thread.SpinWait(i * 100);
            await container.DisposeAsync();
            await start;
            Assert.Null(await host.Runtime.GetAsync("c"));
        }
    }

    [Fact]
    public async Task StandardOutput_DisposedWhileRead_EndsTheRead()
    {
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(ContainerHost.Spec("sleep", "1000"));
        await container.StartAsync();
        ValueTask<int> reading = container.StandardOutput!.ReadAsync(new byte[1]);

        await container.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await reading.AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => container.StandardOutput.CopyToAsync(Stream.Null));
        await container.DeleteAsync(force: true);
    }

    [Fact]
    public async Task StartAsync_Cancelled_LeavesAContainerThatCanBeDeleted()
    {
        await using var host = new ContainerHost();
        Bundle bundle = await host.BundleAsync(ContainerHost.Spec("cat"));
        for (int i = 0; i < 50; i++)
        {
            await using Container container = await host.Runtime.CreateAsync("c", bundle, new() { Stdio = ContainerStdio.Pipes });
            using var cancellation = new CancellationTokenSource(TimeSpan.FromMicroseconds(40 * i));
            try
            {
                await container.StartAsync(cancellation.Token);
                await container.WaitAsync(cancellation.Token);
            }
            catch (OperationCanceledException e)
            {
                Assert.Equal(cancellation.Token, e.CancellationToken);
            }
            await container.DeleteAsync(force: true);
        }
    }

    [Fact]
    [Must("runtime.md#state-2")]
    public async Task CreateAsync_SameIdByManyProcesses_OneWins()
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("true");
        await host.BundleAsync(spec);

        ToolResult[] others = await Task.WhenAll(Enumerable.Range(0, 3).Select(i =>
            OtherProcess.RunAsync([], nameof(CreateAndDeleteTheSame), $"{host.Runtime.Root}:{host.BundlePath}:{i}")));

        Assert.All(others, r => Assert.True(r.ExitCode == 0, r.Output + r.Error));
        Assert.Empty(Directory.GetFileSystemEntries(host.Runtime.Root));
    }

    [Fact]
    public async Task CreateAndDeleteTheSame()
    {
        string[] paths = OtherProcess.Argument.Split(':');
        var runtime = new ContainerRuntime(new ContainerRuntimeOptions { Root = paths[0] });
        Bundle opened = await Bundle.OpenAsync(paths[1]);
        // A bundle of its own: what is tried is the id, not the cgroup.
        Bundle bundle = await Bundle.CreateAsync(
            paths[1] + paths[2],
            opened.Spec with { Root = opened.Spec.Root! with { Path = opened.RootPath }, Linux = opened.Spec.Linux! with { CgroupsPath = opened.Spec.Linux!.CgroupsPath + paths[2] } });
        int won = 0;
        while (won < 5)
        {
            Container? container = null;
            try
            {
                container = await runtime.CreateAsync("same", bundle, new() { Stdio = ContainerStdio.Null });
            }
            catch (ContainerException e)
            {
                Assert.Contains("a container with this id", e.Message, StringComparison.Ordinal);
                Thread.Yield();
                continue;
            }
            await using (container)
            {
                await container.StartAsync();
                Assert.True((await container.WaitAsync()).IsSuccess);
                await container.DeleteAsync();
                won++;
            }
        }
    }

    [Fact]
    public async Task StateDirectory_CutOffAndTakenOverAtOnce_HasOneOwner()
    {
        using var folder = new TempDirectory();
        for (int i = 0; i < 300; i++)
        {
            var directories = Enumerable.Range(0, 4).Select(_ => new StateDirectory(folder.Path, "same")).ToArray();
            using var together = new Barrier(directories.Length);
            StateLock?[] owners = await Task.WhenAll(directories.Select(d => Task.Factory.StartNew(
                () =>
                {
                    together.SignalAndWait();
                    try
                    {
                        return d.Create();
                    }
                    catch (ContainerException)
                    {
                        return null;
                    }
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));

            Assert.Single(owners, o => o is not null);
            Assert.True(File.Exists(Path.Combine(folder.Path, "same", "lock")));
            owners.Single(o => o is not null)!.Dispose();
            // Every other time what is left is as after a crash: a directory without a record.
            if (i % 2 == 0)
            {
                directories[0].Remove();
            }
        }
    }
}
