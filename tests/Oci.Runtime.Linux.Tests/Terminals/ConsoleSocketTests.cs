using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Terminals;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Terminals;

[Collection(ContainerCollection.Name)]
public sealed class ConsoleSocketTests
{
    private static async Task<Container> CreateAsync(ContainerHost host, RuntimeSpec spec, string socket) =>
        await host.Runtime.CreateAsync("tty", await host.BundleAsync(spec), new CreateContainerOptions { ConsoleSocket = socket });

    [Theory]
    [InlineData("console.sock")]
    [InlineData("a-folder-whose-name-is-so-long-that-the-path-of-the-socket-has-no-place-in-an-address-of-unix-sockets-at-all/console.sock")]
    public async Task CreateAsync_ConsoleSocket_GetsTheMaster(string name)
    {
        await using var host = new ContainerHost();
        string path = host.Combine(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string shortcut = host.Combine("s");
        File.CreateSymbolicLink(shortcut, Path.GetDirectoryName(path)!);
        using var receiver = new DescriptorReceiver(Path.Combine(shortcut, "console.sock"));
        var received = receiver.ReceiveAsync();
        await using Container container = await CreateAsync(host, TerminalContainer.Spec("sh", "-c", "tty; read line; echo got $line"), path);
        Assert.Null(container.Terminal);
        var (message, master) = await received;
        Assert.Equal("/dev/pts/0", message);
        await container.StartAsync();
        using (var stream = new TerminalStream(master))
        {
            var terminal = new TerminalReader(stream);
            await terminal.ReadToAsync("/dev/pts/0");
            await terminal.TypeAsync("it\n");
            await terminal.ReadToAsync("got it");
        }
        Assert.True((await container.WaitAsync()).IsSuccess);
        await container.DeleteAsync();
    }

    [Fact]
    public async Task ExecAsync_ConsoleSocket_GetsTheMaster()
    {
        await using ExecHost host = await ExecHost.StartAsync();
        using var receiver = new DescriptorReceiver(host.Host.Combine("console.sock"));
        var received = receiver.ReceiveAsync();

        await using ContainerProcess process = await host.Container.ExecAsync(new() { Args = ["stty", "size"], Terminal = true, ConsoleSize = new ConsoleSize { Height = 12, Width = 34 }, ConsoleSocket = receiver.Path });

        Assert.Null(process.Terminal);
        var (_, master) = await received;
        using var stream = new TerminalStream(master);
        Assert.Equal("12 34\n", await new TerminalReader(stream).ReadToEndAsync());
        Assert.True((await process.WaitAsync()).IsSuccess);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CreateAsync_NobodyListens_SaysSoBeforeAnythingIsDone(bool isThere)
    {
        await using var host = new ContainerHost();
        string path = host.Combine("console.sock");
        if (isThere)
        {
            await File.WriteAllTextAsync(path, "");
        }

        var e = await Assert.ThrowsAsync<ContainerException>(() => CreateAsync(host, TerminalContainer.Spec("sh"), path));

        Assert.Equal(path, e.Path);
        Assert.Contains($"connecting to the console socket {path} failed: {(isThere ? "ECONNREFUSED" : "ENOENT")}", e.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(host.Runtime.Root));
    }

    [Fact]
    public async Task CreateAsync_SocketThatCloses_LeavesNothing()
    {
        await using var host = new ContainerHost();
        var receiver = new DescriptorReceiver(host.Combine("console.sock"));
        Task hangUp = receiver.HangUpAsync().ContinueWith(_ => receiver.Dispose(), TaskScheduler.Default);
        // Either the send is refused, or the message was queued before the other end closed.
        try
        {
            await using Container container = await CreateAsync(host, TerminalContainer.Spec("sh", "-c", "exit 0"), receiver.Path);
            // The kernel queued the message before the other end closed: nobody holds the master, and the container is hung up.
            await container.DeleteAsync(force: true);
        }
        catch (ContainerException e)
        {
            Assert.Equal("EPIPE", ((Common.Linux.Errno)e.Errno!).ToString());
            Assert.Contains(receiver.Path, e.Message, StringComparison.Ordinal);
        }
        await hangUp;
    }

    [Fact]
    public async Task CreateAsync_SocketWithoutTerminal_IsMisuse()
    {
        await using var host = new ContainerHost();

        await Assert.ThrowsAsync<ArgumentException>(() => CreateAsync(host, ContainerHost.Spec("sh"), host.Combine("console.sock")));

        Assert.False(Directory.Exists(host.Runtime.Root));
    }
}
