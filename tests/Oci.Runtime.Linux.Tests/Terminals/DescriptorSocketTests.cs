using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Terminals;

[Collection(ContainerCollection.Name)]
public sealed class DescriptorSocketTests
{
    [Fact]
    public async Task CreateAsync_PidFdSocket_GetsThePidfd()
    {
        await using var host = new ContainerHost();
        using var receiver = new DescriptorReceiver(host.Combine("pidfd.sock"));
        var received = receiver.ReceiveAsync();

        await using Container container = await host.Runtime.CreateAsync("p", await host.BundleAsync(ContainerHost.Spec("true")), new() { Stdio = ContainerStdio.Null, PidFdSocket = receiver.Path });

        var (message, pidfd) = await received;
        using (pidfd)
        {
            Assert.Equal(("standard", container.Pid), (message, PidfdInfo.GetPid(pidfd)));
        }
        await container.DeleteAsync();
    }

    [Fact]
    public async Task ExecAsync_PidFdSocket_GetsThePidfd()
    {
        await using ExecHost host = await ExecHost.StartAsync();
        using var receiver = new DescriptorReceiver(host.Host.Combine("pidfd.sock"));
        var received = receiver.ReceiveAsync();

        await using ContainerProcess process = await host.Container.ExecAsync(new() { Args = ["cat"], Stdio = ContainerStdio.Pipes, PidFdSocket = receiver.Path });

        var (message, pidfd) = await received;
        using (pidfd)
        {
            Assert.Equal(("setns", process.Pid), (message, PidfdInfo.GetPid(pidfd)));
        }
        process.StandardInput!.Close();
        Assert.True((await process.WaitAsync()).IsSuccess);
    }

    [Fact]
    public async Task CreateAsync_NobodyAtThePidFdSocket_SaysSoBeforeAnythingIsDone()
    {
        await using var host = new ContainerHost();
        string path = host.Combine("none");

        var e = await Assert.ThrowsAsync<ContainerException>(async () => await host.Runtime.CreateAsync("p", await host.BundleAsync(ContainerHost.Spec("true")), new() { PidFdSocket = path }));

        Assert.Contains($"connecting to the pidfd socket {path} failed: ENOENT", e.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(host.Runtime.Root));
    }
}
