using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Terminals;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Terminals;

[Collection(ContainerCollection.Name)]
public sealed class TerminalRelayTests
{
    [Fact]
    public async Task Start_Terminal_CarriesBytesAndSizeBothWays()
    {
        await using var host = new ContainerHost();
        using var pty = new HostPty();
        pty.Resize(30, 90);
        await using Container container = await host.CreateAsync(TerminalContainer.Spec("sh", "-c", "trap 'stty size; exit 4' WINCH; stty size; read line; echo got $line; while :; do sleep 0.05; done"));
        await using (TerminalRelay relay = TerminalRelay.Start(container.Terminal!, pty.Terminal, pty.Terminal))
        {
            Assert.True(pty.IsRaw);
            var screen = new TerminalReader(pty.Stream);
            await container.StartAsync();
            await screen.ReadToAsync("30 90");

            await screen.TypeAsync("this\n");
            await screen.ReadToAsync("got this");
            pty.Resize(31, 91);
            Assert.Equal(Errno.None, Libc.Kill(Environment.ProcessId, Libc.SIGWINCH));

            await screen.ReadToAsync("31 91");
            Assert.Equal(4, (await container.WaitAsync()).Code);
            await relay.Completion.WaitAsync(TimeSpan.FromSeconds(20));
        }
        Assert.False(pty.IsRaw);
        await container.DeleteAsync();
    }

    [Fact]
    public async Task Start_ControlC_IsTheContainers()
    {
        await using var host = new ContainerHost();
        using var pty = new HostPty();
        await using Container container = await host.CreateAsync(TerminalContainer.Spec("sh", "-c", "trap 'echo caught; exit 5' INT; echo ready; while :; do sleep 0.05; done"));
        await using TerminalRelay relay = TerminalRelay.Start(container.Terminal!, pty.Terminal, pty.Terminal);
        var screen = new TerminalReader(pty.Stream);
        await container.StartAsync();
        await screen.ReadToAsync("ready");

        await screen.TypeAsync("\x03");

        await screen.ReadToAsync("caught");
        Assert.Equal(5, (await container.WaitAsync()).Code);
        await container.DeleteAsync();
    }

    [Fact]
    public async Task Start_FilesInTheirPlace_AreReadAndWritten()
    {
        await using var host = new ContainerHost();
        string typed = host.Combine("typed");
        await File.WriteAllTextAsync(typed, "one\ntwo\n");
        await using Container container = await host.CreateAsync(TerminalContainer.Spec("sh", "-c", "read a; read b; echo $b $a"));
        using (SafeFileHandle input = File.OpenHandle(typed))
        using (SafeFileHandle output = File.OpenHandle(host.Combine("shown"), FileMode.Create, FileAccess.Write))
        {
            await using TerminalRelay relay = TerminalRelay.Start(container.Terminal!, input, output);
            await container.StartAsync();
            await relay.Completion.WaitAsync(TimeSpan.FromSeconds(20));
        }

        Assert.EndsWith("two one\r\n", await File.ReadAllTextAsync(host.Combine("shown")), StringComparison.Ordinal);
        await container.DeleteAsync(force: true);
    }

    [Fact]
    public async Task DisposeAsync_TerminalStillHeld_ShowsWhatWasPrinted()
    {
        await using ExecHost host = await ExecHost.StartAsync();
        using var pty = new HostPty();
        // The shell leaves a process behind that holds the terminal.
        await using ContainerProcess process = await host.Container.ExecAsync(new() { Args = ["sh", "-c", "trap '' HUP; sleep 1000 & echo the last words"], Terminal = true });
        TerminalRelay relay = TerminalRelay.Start(process.Terminal!, pty.Terminal, pty.Terminal);

        Assert.True((await process.WaitAsync()).IsSuccess);
        await relay.DisposeAsync();

        Assert.True(relay.Completion.IsCompletedSuccessfully);
        await new TerminalReader(pty.Stream).ReadToAsync("the last words");
        Assert.False(pty.IsRaw);
    }

    [Fact]
    public async Task DisposeAsync_ContainersTerminalClosedBefore_Ends()
    {
        await using var host = new ContainerHost();
        using var pty = new HostPty();
        Container container = await host.CreateAsync(TerminalContainer.Spec("sh"));
        TerminalRelay relay = TerminalRelay.Start(container.Terminal!, pty.Terminal, pty.Terminal);

        await container.DeleteAsync(force: true);
        await container.DisposeAsync();
        await relay.DisposeAsync();

        Assert.False(pty.IsRaw);
    }

    /// <summary>Part of the tests below, in a process that is about to end.</summary>
    [Fact]
    public void ThatEnds()
    {
        string[] how = OtherProcess.Argument.Split(' ');
        using SafeFileHandle terminal = File.OpenHandle(how[0], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        _ = HostTerminal.Open(terminal) ?? throw new InvalidOperationException("It is no terminal.");
        Libc.GetAttributes(terminal, out Libc.TerminalAttributes attributes);
        Assert.Equal(0u, attributes.c_lflag & 0xB);
        Console.WriteLine("was raw");
        if (how[1] is "exit")
        {
            Environment.Exit(9);
        }
        Libc.Kill(Environment.ProcessId, int.Parse(how[1], System.Globalization.CultureInfo.InvariantCulture));
        Thread.Sleep(Timeout.Infinite);
    }

    [Theory]
    [InlineData("exit")]
    [InlineData("15")]
    [InlineData("1")]
    public async Task HostTerminal_ProcessEnds_IsRestored(string how)
    {
        Requires.Linux();
        using var pty = new HostPty();
        string path = new FileInfo($"/proc/self/fd/{pty.Terminal.DangerousGetHandle()}").LinkTarget!;

        ToolResult result = await OtherProcess.RunAsync([], nameof(ThatEnds), $"{path} {how}");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("was raw", result.Output, StringComparison.Ordinal);
        Assert.False(pty.IsRaw);
    }
}
