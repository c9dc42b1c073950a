namespace Oci.Interop.Tests.OciRun;

/// <summary>containerd's runc shim with ocirun as its binary.</summary>
[Trait("Needs", "root")]
public sealed class ContainerdTests
{
    [Fact]
    public async Task Run_Program_GivesItsOutputAndExitCode()
    {
        Requires.Root();
        await using ContainerdHost containerd = await ContainerdHost.StartAsync();

        ToolResult hello = (await containerd.RunContainerAsync(["--rm"], "hello", "echo", "hi")).EnsureSuccess();
        ToolResult failing = await containerd.RunContainerAsync(["--rm"], "failing", "sh", "-c", "exit 4");
        ToolResult missing = await containerd.RunContainerAsync(["--rm"], "missing", "nosuch");

        Assert.Equal("hi\n", hello.Output);
        Assert.Equal(4, failing.ExitCode);
        Assert.NotEqual(0, missing.ExitCode);
        Assert.Contains("executable file not found in $PATH", missing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Detached_Task_IsExecutedPausedMeasuredKilledAndRemoved()
    {
        Requires.Root();
        await using ContainerdHost containerd = await ContainerdHost.StartAsync();
        (await containerd.RunContainerAsync(["-d"], "web", "sleep", "1000")).EnsureSuccess();

        Assert.Equal("in\n", (await containerd.RunAsync("task", "exec", "--exec-id", "one", "web", "echo", "in")).EnsureSuccess().Output);
        Assert.Equal(5, (await containerd.RunAsync("task", "exec", "--exec-id", "two", "web", "sh", "-c", "exit 5")).ExitCode);
        (await containerd.RunAsync("task", "pause", "web")).EnsureSuccess();
        Assert.Contains("PAUSED", (await containerd.RunAsync("task", "ls")).Output, StringComparison.Ordinal);
        (await containerd.RunAsync("task", "resume", "web")).EnsureSuccess();
        Assert.Contains("RUNNING", (await containerd.RunAsync("task", "ls")).Output, StringComparison.Ordinal);
        Assert.Contains("pids.current", (await containerd.RunAsync("task", "metrics", "web")).EnsureSuccess().Output, StringComparison.Ordinal);
        Assert.Equal(2, (await containerd.RunAsync("task", "ps", "web")).EnsureSuccess().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        (await containerd.RunAsync("task", "kill", "--signal", "KILL", "web")).EnsureSuccess();
        // Removes it once it has ended, and says with what.
        ToolResult removed = await containerd.RunAsync("task", "rm", "--force", "web");
        Assert.Contains("137", removed.Error + removed.Output, StringComparison.Ordinal);
        (await containerd.RunAsync("container", "rm", "web")).EnsureSuccess();
        Assert.DoesNotContain("web", (await containerd.RunAsync("container", "ls")).EnsureSuccess().Output, StringComparison.Ordinal);
    }
}
