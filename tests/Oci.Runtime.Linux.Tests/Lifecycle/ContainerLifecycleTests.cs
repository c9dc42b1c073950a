using Oci.Runtime.Linux.Processes;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

[Collection(ContainerCollection.Name)]
public sealed class ContainerLifecycleTests
{
    [Fact]
    public async Task Run_Program_PrintsAndExits()
    {
        await using var host = new ContainerHost();

        ContainerRun run = await host.RunAsync("sh", "-c", "echo out; echo err >&2; exit 7");

        Assert.Equal(("out\n", "err\n", ExitStatus.FromCode(7)), (run.Output, run.Error, run.Status));
    }
}
