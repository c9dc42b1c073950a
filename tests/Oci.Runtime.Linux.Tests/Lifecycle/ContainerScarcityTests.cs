using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

/// <summary>Limits that leave hardly enough for the setup: it is done or refused, and never stands still.</summary>
[Collection(ContainerCollection.Name)]
[Trait("Needs", "root")]
public sealed class ContainerScarcityTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(4096)]
    [InlineData(512 << 10)]
    [InlineData(1 << 20)]
    public Task Run_HardlyAnyMemory_EndsOrSaysSo(long limit) =>
        TryAsync("memory", new LinuxResources { Memory = new LinuxMemory { Limit = limit } });

    [Fact]
    public Task Run_OneProcess_EndsOrSaysSo() => TryAsync("pids", new LinuxResources { Pids = new LinuxPids { Limit = 1 } });

    private static async Task TryAsync(string controller, LinuxResources resources)
    {
        Requires.Root();
        Assert.SkipUnless(CgroupHost.Read().Hierarchies.Any(h => h.Controllers.Contains(controller)), $"Needs the {controller} controller of cgroup v1.");
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("true");
        spec = spec with { Linux = spec.Linux! with { Resources = resources } };
        for (int i = 0; i < 10; i++)
        {
            try
            {
                await using Container container = await host.CreateAsync(spec, ContainerStdio.Null).WaitAsync(Patience);
                try
                {
                    await container.StartAsync().WaitAsync(Patience);
                    // It ran, or the kernel killed it for want of memory.
                    ExitStatus status = await container.WaitAsync().WaitAsync(Patience);
                    Assert.True(status.IsSuccess || status == ExitStatus.FromSignal(9), status.ToString());
                    Assert.True(controller == "memory" || status.IsSuccess, status.ToString());
                }
                finally
                {
                    await container.DeleteAsync(force: true).WaitAsync(Patience);
                }
            }
            catch (ContainerException e) when (controller == "memory")
            {
                Assert.True(e.Errno is not null || e.Hint is not null, e.Message);
            }
        }
    }
}
