using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Terminals;

[Collection(ContainerCollection.Name)]
public sealed class ExecTerminalTests
{
    private static async Task<string> RunAsync(ExecHost host, ExecOptions options)
    {
        await using ContainerProcess process = await host.Container.ExecAsync(options);
        Assert.Null(process.StandardOutput);
        string shown = await new TerminalReader(process.Terminal!).ReadToEndAsync();
        Assert.Equal(0, (await process.WaitAsync()).ShellCode);
        return shown;
    }

    [Fact]
    public async Task ExecAsync_Terminal_IsOfTheContainersDevpts()
    {
        await using ExecHost host = await ExecHost.StartAsync();

        string shown = await RunAsync(host, new ExecOptions { Args = ["sh", "-c", "tty; stty size; echo open >/dev/tty; ls /proc/self/fd | wc -l"], Terminal = true, ConsoleSize = new ConsoleSize { Height = 40, Width = 132 } });

        // The fourth descriptor is the directory that ls reads.
        Assert.Equal("/dev/pts/0\n40 132\nopen\n4\n", shown);
    }

    [Fact]
    public async Task ExecAsync_TerminalOfContainerWithOne_IsItsOwn()
    {
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(TerminalContainer.Spec("cat"));
        await container.StartAsync();

        await using ContainerProcess process = await container.ExecAsync(new() { Args = ["tty"], Terminal = true });
        await using ContainerProcess without = await container.ExecAsync(new() { Args = ["test", "!", "-t", "0"], Stdio = Oci.Runtime.Linux.Processes.ContainerStdio.Null });

        Assert.Equal("/dev/pts/1\n", await new TerminalReader(process.Terminal!).ReadToEndAsync());
        Assert.True((await without.WaitAsync()).IsSuccess);
        Assert.Null(without.Terminal);
        await container.DeleteAsync(force: true);
    }

    [Fact]
    public async Task ExecAsync_JobControl_StopsAndGoesOn()
    {
        await using ExecHost host = await ExecHost.StartAsync();
        await using ContainerProcess process = await host.Container.ExecAsync(new() { Args = ["sh", "-i"], Terminal = true });
        var terminal = new TerminalReader(process.Terminal!);
        await terminal.ReadToAsync("# ");
        await terminal.TypeAsync("sh -c 'echo be''gun; cat'\n");
        await terminal.ReadToAsync("begun");

        await terminal.TypeAsync("\x1a");
        await terminal.ReadToAsync("Stopped");
        await terminal.TypeAsync("fg\n");
        // The shell says what it brings back, once it no longer reads lines itself.
        await terminal.ReadToAsync("cat\"");
        await terminal.ReadToAsync("cat\"");
        await terminal.TypeAsync("typed\n");
        await terminal.ReadToAsync("typed\r\ntyped");
        await terminal.TypeAsync("\x04");
        await terminal.ReadToAsync("# ");
        await terminal.TypeAsync("exit 3\n");

        Assert.Equal(3, (await process.WaitAsync()).Code);
    }

    [Fact]
    public async Task ExecAsync_FromProcess_HasTheTerminalThatItSays()
    {
        await using ExecHost host = await ExecHost.StartAsync();
        var process = new ProcessSpec { Cwd = "/", Args = ["stty", "size"], Env = ["PATH=/bin"], Terminal = true, ConsoleSize = new ConsoleSize { Height = 5, Width = 6 } };

        Assert.Equal("5 6\n", await RunAsync(host, ExecOptions.FromProcess(process)));
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task ExecAsync_OtherUser_OwnsTheTerminal()
    {
        Requires.Root();
        await using ExecHost host = await ExecHost.StartAsync();

        string shown = await RunAsync(host, new ExecOptions { Args = ["sh", "-c", "stat -c '%u:%g' $(tty); echo x >/dev/tty"], Terminal = true, User = new UserSpec { Uid = 1000, Gid = 1000 } });

        Assert.Equal("1000:5\nx\n", shown);
    }

    [Fact]
    public async Task ExecAsync_ProgramNotFound_LeavesNoTerminal()
    {
        await using ExecHost host = await ExecHost.StartAsync();

        await Assert.ThrowsAsync<ContainerException>(() => host.Container.ExecAsync(new() { Args = ["nosuch"], Terminal = true }));

        Assert.Equal("/dev/pts/0\n", await RunAsync(host, new ExecOptions { Args = ["tty"], Terminal = true }));
    }
}
