using System.Globalization;

namespace Oci.Interop.Tests.OciRun;

/// <summary>podman and conmon with ocirun in the place of runc.</summary>
[Trait("Needs", "root")]
public sealed class PodmanTests
{
    [Fact]
    public async Task Run_Program_GivesItsOutputAndExitCode()
    {
        Requires.Root();
        await using PodmanHost podman = await PodmanHost.CreateAsync();

        ToolResult hello = (await podman.RunContainerAsync(["--rm"], "echo", "hi")).EnsureSuccess();
        ToolResult failing = await podman.RunContainerAsync(["--rm"], "sh", "-c", "exit 3");
        ToolResult missing = await podman.RunContainerAsync(["--rm"], "nosuch");

        Assert.Equal("hi\n", hello.Output);
        Assert.Equal("", hello.Error);
        Assert.Equal(3, failing.ExitCode);
        // 127 is podman's own reading of the message in the JSON log.
        Assert.Equal(127, missing.ExitCode);
        Assert.Contains("exec: \"nosuch\": executable file not found in $PATH", missing.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("level=error", missing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Detached_Container_IsExecutedPausedUpdatedMeasuredKilledAndRemoved()
    {
        Requires.Root();
        await using PodmanHost podman = await PodmanHost.CreateAsync();
        (await podman.RunContainerAsync(["-d", "--name", "web"], "sh", "-c", "echo started; exec sleep 1000")).EnsureSuccess();

        Assert.Equal("in\n", (await podman.RunAsync("exec", "web", "echo", "in")).EnsureSuccess().Output);
        Assert.Equal(9, (await podman.RunAsync("exec", "web", "sh", "-c", "exit 9")).ExitCode);
        Assert.Equal(127, (await podman.RunAsync("exec", "web", "nosuch")).ExitCode);
        (await podman.RunAsync("pause", "web")).EnsureSuccess();
        Assert.Equal("paused\n", (await podman.RunAsync("inspect", "--format", "{{.State.Status}}", "web")).EnsureSuccess().Output);
        (await podman.RunAsync("unpause", "web")).EnsureSuccess();
        (await podman.RunAsync("update", "--cpu-shares", "2048", "web")).EnsureSuccess();
        Assert.Equal(2048, ReadShares((await podman.RunAsync("inspect", "--format", "{{.State.Pid}}", "web")).EnsureSuccess().Output.Trim()));
        string stats = (await podman.RunAsync("stats", "--no-stream", "--format", "{{.Name}} {{.PIDS}}", "web")).EnsureSuccess().Output;
        Assert.Equal("web 1\n", stats);
        Assert.Contains("sleep 1000", (await podman.RunAsync("top", "web")).EnsureSuccess().Output, StringComparison.Ordinal);
        Assert.Equal("started\n", (await podman.RunAsync("logs", "web")).EnsureSuccess().Output);
        Assert.Equal("ocirun\n", (await podman.RunAsync("inspect", "--format", "{{.OCIRuntime}}", "web")).EnsureSuccess().Output);
        (await podman.RunAsync("kill", "web")).EnsureSuccess();
        Assert.Equal("137\n", (await podman.RunAsync("wait", "web")).EnsureSuccess().Output);
        (await podman.RunAsync("rm", "web")).EnsureSuccess();
        Assert.Equal("", (await podman.RunAsync("ps", "--all", "--quiet")).EnsureSuccess().Output);
    }

    [Fact]
    public async Task Run_AtATerminal_HasOneOfItsOwn()
    {
        Requires.Root();
        await using PodmanHost podman = await PodmanHost.CreateAsync();

        ToolResult terminal = (await podman.RunContainerAtTerminalAsync(["--rm", "-t"], "tty")).EnsureSuccess();
        ToolResult failing = await podman.RunContainerAtTerminalAsync(["--rm", "-t"], "sh -c 'exit 6'");

        Assert.Contains("/dev/pts/0\r\n", terminal.Output, StringComparison.Ordinal);
        Assert.Equal(6, failing.ExitCode);
    }

    /// <summary>The CPU shares of a process's cgroup; of version 2, what its weight stands for (runtime-spec, config-linux.md, "CPU").</summary>
    private static int ReadShares(string pid)
    {
        string[] lines = File.ReadAllLines($"/proc/{pid}/cgroup");
        if (lines.FirstOrDefault(l => l.Contains(":cpu:", StringComparison.Ordinal) || l.Contains(":cpu,", StringComparison.Ordinal)) is string line)
        {
            return int.Parse(File.ReadAllText($"/sys/fs/cgroup/cpu{line.Split(':', 3)[2]}/cpu.shares"), CultureInfo.InvariantCulture);
        }
        int weight = int.Parse(File.ReadAllText($"/sys/fs/cgroup{lines.Single().Split(':', 3)[2]}/cpu.weight"), CultureInfo.InvariantCulture);
        return 2 + (int)Math.Round((weight - 1) * 262142 / 9999.0);
    }
}
