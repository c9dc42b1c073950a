using System.Net.Sockets;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;
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

    [Fact]
    public async Task CreateAsync_NobodyEverReads_WaitsForNobody()
    {
        await using var host = new ContainerHost();
        using var pidfd = new DescriptorReceiver(host.Combine("pidfd.sock"));
        using var console = new DescriptorReceiver(host.Combine("console.sock"));
        RuntimeSpec spec = ContainerHost.Spec("true");
        spec = spec with { Process = spec.Process! with { Terminal = true } };

        await using Container container = await host.Runtime.CreateAsync("p", await host.BundleAsync(spec), new() { PidFdSocket = pidfd.Path, ConsoleSocket = console.Path })
            .WaitAsync(TimeSpan.FromSeconds(60));

        await container.StartAsync();
        Assert.True((await container.WaitAsync()).IsSuccess);
        await container.DeleteAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CreateAsync_SocketTakesNoMoreConnections_SaysSoBeforeAnythingIsDone(bool isConsole)
    {
        await using var host = new ContainerHost();
        using var receiver = new DescriptorReceiver(host.Combine("full.sock"));
        var waiting = new List<Socket>();
        try
        {
            // A socket that nobody accepts from takes a few; a connect(2) that may not wait says EAGAIN then.
            SocketError error = SocketError.Success;
            while (error == SocketError.Success)
            {
                var next = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
                waiting.Add(next);
                try
                {
                    next.Connect(new UnixDomainSocketEndPoint(receiver.Path));
                }
                catch (SocketException e)
                {
                    error = e.SocketErrorCode;
                }
            }
            RuntimeSpec spec = ContainerHost.Spec("true");
            spec = spec with { Process = spec.Process! with { Terminal = isConsole } };
            CreateContainerOptions options = isConsole ? new() { ConsoleSocket = receiver.Path } : new() { PidFdSocket = receiver.Path };
            Bundle bundle = await host.BundleAsync(spec);

            var thrown = await Assert.ThrowsAsync<ContainerException>(() => host.Runtime.CreateAsync("p", bundle, options).WaitAsync(TimeSpan.FromSeconds(60)));

            Assert.Equal((int)Errno.EAGAIN, thrown.Errno);
            Assert.Contains("accepts no connections", thrown.Hint, StringComparison.Ordinal);
            Assert.False(Directory.Exists(host.Runtime.Root));
        }
        finally
        {
            waiting.ForEach(s => s.Dispose());
        }
    }
}
