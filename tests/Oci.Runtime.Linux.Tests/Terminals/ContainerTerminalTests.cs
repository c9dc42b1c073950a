using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Terminals;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Terminals;

/// <summary>Terminals of real containers. As an ordinary user, in a user namespace, all the same.</summary>
[Collection(ContainerCollection.Name)]
public sealed class ContainerTerminalTests
{
    [Fact]
    public async Task RunAsync_Terminal_IsOfTheContainersDevpts()
    {
        await using var host = new ContainerHost();

        string shown = await TerminalContainer.RunAsync(host, TerminalContainer.Spec("sh", "-c", "tty; for i in 0 1 2; do readlink /proc/self/fd/$i; done; test -t 0 && test -t 1 && test -t 2 && echo all"));

        Assert.Equal("/dev/pts/0\n/dev/pts/0\n/dev/pts/0\n/dev/pts/0\nall\n", shown);
    }

    /// <summary>config-linux.md#default-devices: "/dev/console is set up if terminal is enabled in the config by bind mounting the pseudoterminal pty to /dev/console".</summary>
    [Fact]
    [Must("config-linux.md#default-devices-2")]
    public async Task RunAsync_Terminal_IsTheConsole()
    {
        await using var host = new ContainerHost();

        string shown = await TerminalContainer.RunAsync(host, TerminalContainer.Spec("sh", "-c", "stat -c '%F %t:%T' /dev/console /dev/pts/0; ls -l /dev/console; grep -c ' /dev/console ' /proc/self/mountinfo; echo hello >/dev/console"));

        string[] lines = shown.Split('\n');
        Assert.Equal("character special file 88:0", lines[0]);
        Assert.Equal(lines[0], lines[1]);
        Assert.StartsWith("crw--w----", lines[2], StringComparison.Ordinal);
        Assert.Equal(["1", "hello", ""], lines[3..]);
    }

    [Fact]
    [Must("config-linux.md#default-devices-2")]
    public async Task RunAsync_NoTerminal_HasNoConsole()
    {
        await using var host = new ContainerHost();

        ContainerRun run = await host.RunAsync("sh", "-c", "test ! -e /dev/console && ! tty && echo none");

        Assert.Equal("not a tty\nnone\n", run.Output);
    }

    /// <summary>config.md#process: "consoleSize specifies the console size in characters of the terminal. Runtimes MUST ignore consoleSize if terminal is false or unset."</summary>
    [Theory]
    [Must("config.md#process-2")]
    [InlineData(true, "25 80\n")]
    [InlineData(false, "stty: standard input: Inappropriate ioctl for device\n")]
    public async Task RunAsync_ConsoleSize_IsSetWhereThereIsATerminal(bool hasTerminal, string expected)
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = ContainerHost.Spec("stty", "size");
        spec = spec with { Process = spec.Process! with { Terminal = hasTerminal, ConsoleSize = new ConsoleSize { Height = 25, Width = 80 } } };

        string shown = hasTerminal ? await TerminalContainer.RunAsync(host, spec) : (await host.RunAsync(spec)).Error;

        Assert.Equal(expected, shown);
    }

    [Fact]
    public async Task Stream_Typed_IsEchoedAndRead()
    {
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(TerminalContainer.Spec("sh", "-c", "read line; echo \"got $line\""));
        await container.StartAsync();
        var terminal = new TerminalReader(container.Terminal!);

        await terminal.TypeAsync("a word\n");

        Assert.Equal("a word\ngot a word\n", await terminal.ReadToEndAsync());
        Assert.True((await container.WaitAsync()).IsSuccess);
        await container.DeleteAsync();
    }

    [Fact]
    public async Task Stream_ControlC_InterruptsTheForeground()
    {
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(TerminalContainer.Spec("sh", "-i"));
        await container.StartAsync();
        var terminal = new TerminalReader(container.Terminal!);
        await terminal.ReadToAsync("# ");

        // What the shell says in between: the child says that it runs, from the foreground.
        await terminal.TypeAsync("sh -c 'echo run''ning; cat'\n");
        await terminal.ReadToAsync("running");
        await terminal.TypeAsync("\x03");
        await terminal.ReadToAsync("# ");
        await terminal.TypeAsync("echo status $?\n");
        await terminal.ReadToAsync("status 130");
        await terminal.TypeAsync("exit 7\n");

        Assert.Equal(7, (await container.WaitAsync()).Code);
        await container.DeleteAsync();
    }

    [Fact]
    public async Task Resize_Running_IsToldBySignal()
    {
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(TerminalContainer.Spec("sh", "-c", "trap 'stty size; exit 0' WINCH; echo ready; while :; do sleep 0.05; done"));
        await container.StartAsync();
        var terminal = new TerminalReader(container.Terminal!);
        await terminal.ReadToAsync("ready");
        Assert.Equal((0UL, 0UL), (container.Terminal!.GetSize().Height, container.Terminal.GetSize().Width));

        container.Terminal!.Resize(new ConsoleSize { Height = 33, Width = 111 });

        await terminal.ReadToAsync("33 111");
        Assert.Equal(33UL, container.Terminal.GetSize().Height);
        Assert.Throws<ArgumentOutOfRangeException>(() => container.Terminal.Resize(new ConsoleSize { Height = 1, Width = 65536 }));
        Assert.True((await container.WaitAsync()).IsSuccess);
        await container.DeleteAsync();
    }

    [Fact]
    public async Task DisposeAsync_Terminal_HangsUpTheContainer()
    {
        await using var host = new ContainerHost();
        Container container = await host.CreateAsync(TerminalContainer.Spec("sh", "-c", "trap 'exit 3' HUP; echo ready; while :; do sleep 0.05; done"));
        await container.StartAsync();
        await new TerminalReader(container.Terminal!).ReadToAsync("ready");

        await container.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await container.Terminal!.Stream.ReadExactlyAsync(new byte[1]));
        Assert.Throws<ObjectDisposedException>(() => container.Terminal!.Resize(new ConsoleSize { Height = 1, Width = 1 }));
        await using Container found = (await host.Runtime.GetAsync(container.Id))!;
        Assert.Equal(3, (await found.WaitAsync()).Code);
        await found.DeleteAsync();
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task RunAsync_OtherUser_OwnsTheTerminal()
    {
        Requires.Root();
        await using var host = new ContainerHost();
        RuntimeSpec spec = TerminalContainer.Spec("sh", "-c", "stat -c '%u:%g %a' /dev/pts/0; tty; echo open >/dev/tty");

        string shown = await TerminalContainer.RunAsync(host, spec with { Process = spec.Process! with { User = new UserSpec { Uid = 1000, Gid = 1000 } } });

        Assert.Equal("1000:5 620\n/dev/pts/0\nopen\n", shown);
    }

    [Fact]
    public async Task CreateAsync_KilledBeforeStart_EndsTheTerminal()
    {
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(TerminalContainer.Spec("sh"));

        await container.DeleteAsync(force: true);

        Assert.Equal("", await new TerminalReader(container.Terminal!).ReadToEndAsync());
    }
}
