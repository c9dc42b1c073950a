using Oci.Common.Linux;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

/// <summary>Each way not to get into a container says so, and leaves nothing: <see cref="ContainerHost"/> looks.</summary>
[Collection(ContainerCollection.Name)]
public sealed class ContainerExecFailureTests
{
    private static async Task<ContainerException> FailAsync(Container container, ExecOptions options)
    {
        options.Stdio = ContainerStdio.Pipes;
        var e = await Assert.ThrowsAsync<ContainerException>(() => container.ExecAsync(options));
        Assert.StartsWith($"container {container.Id}: ", e.Message, StringComparison.Ordinal);
        return e;
    }

    [Theory]
    [InlineData("nothing-of-that-name", "exec: \"nothing-of-that-name\": executable file not found in $PATH", Errno.ENOENT)]
    [InlineData("/no/such/file", "no such file or directory", Errno.ENOENT)]
    [InlineData("/etc", "permission denied", Errno.EACCES)]
    [InlineData("/etc/plain", "permission denied", Errno.EACCES)]
    [InlineData("garbage", "exec format error", Errno.ENOEXEC)]
    public async Task ExecAsync_ProgramCannotBeExecuted_SaysSo(string program, string text, object errno)
    {
        var containers = new ContainerHost();
        File.WriteAllText(Path.Combine(containers.RootPath, "etc", "plain"), "no program");
        string garbage = Path.Combine(containers.RootPath, "bin", "garbage");
        File.WriteAllBytes(garbage, [1, 2, 3, 4]);
        File.SetUnixFileMode(garbage, (UnixFileMode)0x1ED);
        await using ExecHost host = await ExecHost.StartAsync(containers);

        ContainerException e = await FailAsync(host.Container, new ExecOptions { Args = [program] });

        Assert.Contains(text, e.Message, StringComparison.Ordinal);
        Assert.Equal(((int)(Errno)errno, "/process/args/0"), (e.Errno, e.SpecPointer));
    }

    [Fact]
    public async Task ExecAsync_WorkingDirectoryMissing_SaysSo()
    {
        await using ExecHost host = await ExecHost.StartAsync();

        ContainerException e = await FailAsync(host.Container, new ExecOptions { Args = ["true"], Cwd = "/not/there" });

        Assert.Equal(((int)Errno.ENOENT, "/process/cwd", "/not/there"), (e.Errno, e.SpecPointer, e.Path));
    }

    [Fact]
    public async Task ExecAsync_NotValid_TellsAllBeforeAnythingIsDone()
    {
        await using ExecHost host = await ExecHost.StartAsync();

        var e = await Assert.ThrowsAsync<InvalidSpecException>(() => host.Container.ExecAsync(new() { Args = ["true"], Cwd = "relative", Env = ["=x"] }));

        Assert.Equal(["/process/env/2", "/process/cwd"], e.Findings.Select(f => f.Pointer));
        Assert.Throws<ArgumentException>(() => new ExecOptions { Args = [] });
        Assert.Throws<ArgumentException>(() => ExecOptions.FromProcess(new ProcessSpec { Cwd = "/" }));
    }

    [Fact]
    public async Task ExecAsync_Stopped_SaysNotRunning()
    {
        await using ExecHost host = await ExecHost.StartAsync();
        host.Container.StandardInput!.Close();
        await host.Container.WaitAsync();

        ContainerException e = await FailAsync(host.Container, new ExecOptions { Args = ["true"] });

        Assert.Contains("container not running", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExecAsync_Deleted_SaysItDoesNotExist()
    {
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(ContainerHost.Spec("cat"));
        await using Container? found = await host.Runtime.GetAsync(container.Id);
        await container.DeleteAsync(force: true);

        Assert.Contains("container does not exist", (await FailAsync(container, new ExecOptions { Args = ["true"] })).Message, StringComparison.Ordinal);
        Assert.Contains("container does not exist", (await FailAsync(found!, new ExecOptions { Args = ["true"] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExecAsync_Created_RunsForRootAndSaysWhyNotForOthers()
    {
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(ContainerHost.Spec("cat"));
        var options = new ExecOptions { Args = ["true"], Stdio = ContainerStdio.Null };

        if (Environment.IsPrivilegedProcess)
        {
            await using ContainerProcess process = await container.ExecAsync(options);
            Assert.True((await process.WaitAsync()).IsSuccess);
        }
        else
        {
            Assert.Contains("before it is started only root may", (await FailAsync(container, options)).Message, StringComparison.Ordinal);
        }
        Assert.Equal(ContainerStatus.Created, (await container.GetStateAsync()).Status);
        await container.DeleteAsync();
    }

    [Fact]
    public async Task ExecAsync_ContainerDiesMeanwhile_SaysNotRunningOrEndsWithIt()
    {
        for (int i = 0; i < 10; i++)
        {
            await using ExecHost host = await ExecHost.StartAsync();
            Task<ContainerRun>[] runs = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(() => host.RunAsync("sleep", "1000")))];

            await host.Container.KillAsync(9);

            foreach (Task<ContainerRun> run in runs)
            {
                try
                {
                    Assert.Equal(ExitStatus.FromSignal(9), (await run).Status);
                }
                catch (ContainerException e)
                {
                    Assert.Contains("container not running", e.Message, StringComparison.Ordinal);
                }
            }
        }
    }

    [Fact]
    public async Task ExecAsync_Cancelled_LeavesNoProcess()
    {
        await using ExecHost host = await ExecHost.StartAsync();
        for (int i = 0; i < 20; i++)
        {
            using var cancellation = new CancellationTokenSource();
            Task<ContainerProcess> exec = host.Container.ExecAsync(new() { Args = ["sleep", "1000"], Stdio = ContainerStdio.Null, KillOnDispose = true }, cancellation.Token);
            await cancellation.CancelAsync();
            try
            {
                await (await exec).DisposeAsync();
            }
            catch (OperationCanceledException e)
            {
                Assert.Equal(cancellation.Token, e.CancellationToken);
            }
        }

        // The first process, and the one that looks.
        Assert.Equal("2\n", (await host.RunAsync("sh", "-c", "set -- /proc/[0-9]*; echo $#")).EnsureSuccess().Output);
    }

    [Fact]
    public async Task ExecAsync_ConfigurationGone_SaysSo()
    {
        await using ExecHost host = await ExecHost.StartAsync();
        await using Container? found = await host.Host.Runtime.GetAsync(host.Container.Id);
        File.Delete(Path.Combine(host.Host.Runtime.Root, host.Container.Id, "config.json"));

        ContainerException e = await FailAsync(found!, new ExecOptions { Args = ["true"] });

        Assert.Contains("reading its configuration", e.Message, StringComparison.Ordinal);
        Assert.NotNull(e.Hint);
        // Who created it still knows it.
        (await host.RunAsync("true")).EnsureSuccess();
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task ExecAsync_Frozen_SaysPaused()
    {
        Requires.Root();
        await using ExecHost host = await ExecHost.StartAsync();
        var cgroup = CgroupHost.Reopen(host.Container.Id, await CgroupPathsAsync(host));
        await cgroup.SetFrozenAsync(true, CancellationToken.None);
        try
        {
            ContainerException e = await FailAsync(host.Container, new ExecOptions { Args = ["true"] });
            Assert.Contains("cannot exec in a paused container", e.Message, StringComparison.Ordinal);
        }
        finally
        {
            await cgroup.SetFrozenAsync(false, CancellationToken.None);
        }
        (await host.RunAsync("true")).EnsureSuccess();
    }

    private static async Task<IReadOnlyDictionary<string, string>> CgroupPathsAsync(ExecHost host)
    {
        byte[] state = await File.ReadAllBytesAsync(Path.Combine(host.Host.Runtime.Root, host.Container.Id, "state.json"));
        using var json = System.Text.Json.JsonDocument.Parse(state);
        return json.RootElement.GetProperty("cgroupPaths").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!);
    }
}
