using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Events;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Events;

[Collection(ContainerCollection.Name)]
[Trait("Needs", "root")]
public sealed class ContainerEventTests
{
    private static void RequireControllers()
    {
        Requires.Root();
        Assert.SkipUnless(CgroupHost.Read().Hierarchies.Any(h => h.Controllers.Contains("memory")), "Needs the memory controller of cgroup v1.");
    }

    private static async Task<List<ContainerEvent>> ReadAllAsync(IAsyncEnumerable<ContainerEvent> events)
    {
        var all = new List<ContainerEvent>();
        await foreach (ContainerEvent e in events)
        {
            all.Add(e);
        }
        return all;
    }

    [Fact]
    public async Task WatchEventsAsync_LimitMet_TellsItBeforeTheEnd()
    {
        RequireControllers();
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "read go; dd if=/dev/zero of=/dev/null bs=200M count=1");
        spec = spec with { Linux = spec.Linux! with { Resources = new() { Memory = new() { Limit = 32 << 20 } } } };
        await using Container container = await host.CreateAsync(spec);
        await container.StartAsync();
        Task<List<ContainerEvent>> reading = ReadAllAsync(container.WatchEventsAsync());
        await container.StandardInput!.WriteAsync("go\n"u8.ToArray());

        List<ContainerEvent> events = await reading;

        Assert.All(events.SkipLast(1), e => Assert.IsType<ContainerOutOfMemoryEvent>(e));
        Assert.NotEmpty(events.SkipLast(1));
        Assert.Equal(await container.WaitAsync(), Assert.IsType<ContainerExitEvent>(events[^1]).Status);
        Assert.All(events, e => Assert.Equal(container.Id, e.ContainerId));
        await container.DeleteAsync();
    }

    [Fact]
    public async Task WatchEventsAsync_NothingHappens_TellsTheEndAlone()
    {
        RequireControllers();
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(ContainerHost.Spec("sh", "-c", "exit 7"));
        IAsyncEnumerable<ContainerEvent> events = container.WatchEventsAsync();
        Task<List<ContainerEvent>> first = ReadAllAsync(events);
        Task<List<ContainerEvent>> second = ReadAllAsync(events);
        await container.StartAsync();

        Assert.Equal(ExitStatus.FromCode(7), Assert.IsType<ContainerExitEvent>(Assert.Single(await first)).Status);
        Assert.IsType<ContainerExitEvent>(Assert.Single(await second));
        Assert.Contains("container not running", Assert.Throws<ContainerException>(() => { _ = container.WatchEventsAsync(); }).Message);
        await container.DeleteAsync();
    }

    [Fact]
    public async Task WatchEventsAsync_StatsInterval_TellsThem()
    {
        RequireControllers();
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(ContainerHost.Spec("cat"));
        await container.StartAsync();

        int seen = 0;
        await foreach (ContainerEvent e in container.WatchEventsAsync(new() { StatsInterval = TimeSpan.FromMilliseconds(5) }))
        {
            if (e is ContainerStatsEvent stats)
            {
                Assert.True(stats.Stats.Pids!.Current > 0);
                if (++seen == 3)
                {
                    container.StandardInput!.Close();
                }
            }
        }

        Assert.True(seen >= 3);
        await container.DeleteAsync();
    }

    // ContainerHost compares the descriptors at the end.
    [Fact]
    public async Task WatchEventsAsync_CancelledOrLeft_LeavesNothing()
    {
        RequireControllers();
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(ContainerHost.Spec("cat"));
        await container.StartAsync();
        using var cancel = new CancellationTokenSource();
        Task<List<ContainerEvent>> reading = ReadAllAsync(container.WatchEventsAsync(cancellationToken: cancel.Token));
        await cancel.CancelAsync();
        OperationCanceledException e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await foreach (ContainerEvent _ in container.WatchEventsAsync(new() { StatsInterval = TimeSpan.FromMilliseconds(1) }))
        {
            break;
        }

        Assert.Equal(ContainerStatus.Running, (await container.GetStateAsync()).Status);
        await container.DeleteAsync(force: true);
    }

    [Fact]
    public async Task WatchEventsAsync_Pressure_IsToldOrSaidNotToBeThere()
    {
        RequireControllers();
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("sh", "-c", "while :; do :; done & while :; do :; done");
        spec = spec with { Linux = spec.Linux! with { Resources = new() { Cpu = new() { Cpus = "0" } } } };
        await using Container container = await host.CreateAsync(spec);
        await container.StartAsync();
        var trigger = new PressureTrigger { Resource = PressureResource.Cpu, Stall = TimeSpan.FromMilliseconds(10), Window = TimeSpan.FromSeconds(2) };
        try
        {
            await foreach (ContainerEvent e in container.WatchEventsAsync(new() { Pressure = [trigger] }))
            {
                Assert.Equal(trigger, Assert.IsType<ContainerPressureEvent>(e).Trigger);
                Assert.NotNull((await container.GetStatsAsync()).Cpu!.Pressure!.Some);
                break;
            }
        }
        catch (ContainerException e)
        {
            Assert.Null((await container.GetStatsAsync()).Cpu!.Pressure);
            Assert.True(e.Hint?.Contains("psi=1") == true || e.Message.Contains("of the whole host"), e.Message);
        }
        await container.DeleteAsync(force: true);
    }

    [Theory]
    [InlineData(0.4, 0.1)]
    [InlineData(11, 0.1)]
    [InlineData(2, 0)]
    [InlineData(2, 3)]
    public void Pressure_WhatTheKernelWouldRefuse_IsRefused(double window, double stall) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new WatchEventsOptions
        {
            Pressure = [new PressureTrigger { Resource = PressureResource.Cpu, Window = TimeSpan.FromSeconds(window), Stall = TimeSpan.FromSeconds(stall) }],
        });
}
