using System.Diagnostics;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Hooks;

/// <summary>What a hook's failure does (runtime-spec, runtime.md, "Lifecycle"); <see cref="ContainerHost"/> looks for what is left.</summary>
[Collection(ContainerCollection.Name)]
public sealed class HookFailureTests
{
    private static RuntimeSpec Spec(HooksSpec hooks, params string[] args) => ContainerHost.Spec(args.Length == 0 ? ["cat"] : args) with { Hooks = hooks };

    private static HooksSpec At(string stage, params HookSpec[] hooks) => stage switch
    {
        "prestart" => new HooksSpec { Prestart = hooks },
        "createRuntime" => new HooksSpec { CreateRuntime = hooks },
        "createContainer" => new HooksSpec { CreateContainer = hooks },
        "startContainer" => new HooksSpec { StartContainer = hooks },
        "poststart" => new HooksSpec { Poststart = hooks },
        _ => new HooksSpec { Poststop = hooks },
    };

    /// <summary>Creates and starts a container whose hook fails, which must end and destroy it.</summary>
    private static async Task<ContainerException> FailAsync(ContainerHost host, RuntimeSpec spec)
    {
        bool isCreated = false;
        Container? container = null;
        var e = await Assert.ThrowsAsync<ContainerException>(async () =>
        {
            container = await host.CreateAsync(spec);
            isCreated = true;
            await container.StartAsync();
        });
        if (isCreated)
        {
            Assert.True((await container!.WaitAsync()).IsKnown);
            await container.DisposeAsync();
        }
        Assert.Null(await host.Runtime.GetAsync("c1"));
        Assert.Equal("c1", e.ContainerId);
        return e;
    }

    /// <summary>runtime.md, "Lifecycle", 3 to 5, 7 and 9: MUST generate an error, stop the container, and continue at step 12, which destroys it, and 13, the poststop hooks.</summary>
    [Theory]
    [Must("runtime.md#lifecycle-4", "runtime.md#lifecycle-5", "runtime.md#lifecycle-6", "runtime.md#lifecycle-7", "runtime.md#lifecycle-8")]
    [InlineData("prestart")]
    [InlineData("createRuntime")]
    [InlineData("createContainer")]
    [InlineData("startContainer")]
    [InlineData("poststart")]
    public async Task Run_HookFails_EndsAndDestroysTheContainer(string stage)
    {
        await using var host = new ContainerHost();
        var scripts = new HookScripts(host);
        HookSpec Make(string body) => stage == "startContainer" ? scripts.Inside(body) : scripts.Outside(body);
        HooksSpec hooks = At(stage, Make("echo 'no such thing' >&2; exit 3"), Make("echo more > order")) with
        {
            Poststop = [scripts.Outside("exit 4"), scripts.Outside("grep -o '\"status\":\"[a-z]*\"' > stopped")],
        };

        ContainerException e = await FailAsync(host, Spec(hooks));

        Assert.Contains($"running the {stage} hook", e.Message, StringComparison.Ordinal);
        Assert.Contains("exit code 3 and printed: no such thing", e.Message, StringComparison.Ordinal);
        Assert.Equal($"/hooks/{stage}/0", e.SpecPointer);
        Assert.False(scripts.Has("order"));
        Assert.Equal("\"status\":\"stopped\"\n", scripts.Read("stopped"));
        Assert.Contains("exit code 4", Assert.Single(e.Warnings), StringComparison.Ordinal);
    }

    /// <summary>runtime.md, "Lifecycle", 13: MUST log a warning, but the remaining hooks and lifecycle continue.</summary>
    [Fact]
    [Must("runtime.md#lifecycle-11", "runtime.md#warnings-1")]
    public async Task Delete_PoststopHookFails_WarnsAndGoesOn()
    {
        await using var host = new ContainerHost();
        var scripts = new HookScripts(host);
        await using Container container = await host.CreateAsync(Spec(At("poststop", scripts.Outside("exit 1"), new HookSpec { Path = "/no/such/hook" }, scripts.Outside("echo > last"))));

        await container.DeleteAsync(force: true);

        Assert.True(scripts.Has("last"));
        Assert.Equal(2, container.Warnings.Count(w => w.Contains("/hooks/poststop/", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("createRuntime")]
    [InlineData("createContainer")]
    [InlineData("startContainer")]
    [InlineData("poststart")]
    public async Task Run_HookMissing_SaysSo(string stage)
    {
        await using var host = new ContainerHost();

        ContainerException e = await FailAsync(host, Spec(At(stage, new HookSpec { Path = "/no/such/hook" })));

        Assert.Equal(((int?)Errno.ENOENT, "/no/such/hook", $"/hooks/{stage}/0"), (e.Errno, e.Path, e.SpecPointer));
        Assert.Contains("must exist", e.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_HookNotExecutable_SaysSo()
    {
        await using var host = new ContainerHost();
        File.WriteAllText(host.Combine("plain"), "#!/bin/sh\n");

        ContainerException e = await FailAsync(host, Spec(At("createRuntime", new HookSpec { Path = host.Combine("plain") })));

        Assert.Equal((int?)Errno.EACCES, e.Errno);
        Assert.Contains("must be executable", e.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("createRuntime")]
    [InlineData("createContainer")]
    [InlineData("startContainer")]
    public async Task Run_HookHangs_IsKilledWithItsGroup(string stage)
    {
        await using var host = new ContainerHost();
        var scripts = new HookScripts(host);
        string body = "trap '' TERM INT HUP; echo waiting; sleep 1000 & echo $! > child; wait; sleep 1000";
        HookSpec hook = stage == "startContainer" ? scripts.Inside(body, timeout: 1) : scripts.Outside(body, timeout: 1);
        var taken = Stopwatch.StartNew();

        ContainerException e = await FailAsync(host, Spec(At(stage, hook)));

        Assert.InRange(taken.Elapsed.TotalSeconds, 0.9, 30);
        Assert.Contains("it took more than 1 s and was killed and printed: waiting", e.Message, StringComparison.Ordinal);
        if (stage == "createRuntime")
        {
            int child = int.Parse(scripts.Read("child"));
            await UntilGoneAsync(child);
        }
    }

    [Fact]
    public async Task CreateAsync_HookWithALimit_GoesByTheClockOfTheOptions()
    {
        await using var host = new ContainerHost();
        var scripts = new HookScripts(host);
        var runtime = new ContainerRuntime(new ContainerRuntimeOptions { Root = host.Runtime.Root, TimeProvider = new HastyTime() });
        Bundle bundle = await host.BundleAsync(Spec(At("createRuntime", scripts.Outside("exec sleep 1000", timeout: 3600))));

        var e = await Assert.ThrowsAsync<ContainerException>(() => runtime.CreateAsync("c1", bundle, new CreateContainerOptions { Stdio = ContainerStdio.Null }));

        Assert.Contains("it took more than 3600 s and was killed", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_HookWithALimitBeyondAnyTimer_Runs()
    {
        await using var host = new ContainerHost();
        var scripts = new HookScripts(host);

        await host.RunAsync(Spec(At("createRuntime", scripts.Outside("echo done > ran", timeout: int.MaxValue)), "true"));

        Assert.Equal("done", scripts.Read("ran").Trim());
    }

    [Fact]
    public async Task CreateAsync_CancelledWhileAHookRuns_KillsIt()
    {
        await using var host = new ContainerHost();
        var scripts = new HookScripts(host);
        using var cancellation = new CancellationTokenSource();
        Bundle bundle = await host.BundleAsync(Spec(At("createRuntime", scripts.Outside("echo $$ > pid.new; mv pid.new pid; exec sleep 1000"))));

        Task<Container> creation = host.Runtime.CreateAsync("c1", bundle, new CreateContainerOptions { Stdio = ContainerStdio.Null }, cancellation.Token);
        while (!scripts.Has("pid"))
        {
            await Task.Yield();
        }
        await cancellation.CancelAsync();

        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => creation);
        Assert.Equal(cancellation.Token, e.CancellationToken);
        await UntilGoneAsync(int.Parse(scripts.Read("pid")));
    }

    [Fact]
    public async Task Run_HookLeavesAProcessWithItsPipe_DoesNotWaitForIt()
    {
        await using var host = new ContainerHost();
        var scripts = new HookScripts(host);
        var taken = Stopwatch.StartNew();

        await host.RunAsync(Spec(At("createRuntime", scripts.Outside("setsid sleep 1000 & echo $! > child")), "true"));

        Assert.InRange(taken.Elapsed.TotalSeconds, 0, 100);
        int child = int.Parse(scripts.Read("child"));
        Assert.Equal(Errno.None, Libc.Kill(child, Libc.SIGKILL));
        await UntilGoneAsync(child);
    }

    [Theory]
    [InlineData("exec <&-; exit 0")]
    [InlineData("exec 0<&- 1>&- 2>&-; exit 0")]
    [InlineData("head -c 1 > first; exit 0")]
    public async Task Run_HookDoesNotReadTheState_Succeeds(string body)
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = Spec(At("createRuntime", new HookScripts(host).Outside(body)), "true");
        spec = spec with { Annotations = new Dictionary<string, string> { ["large"] = new('x', 300_000) } };

        (await host.RunAsync(spec)).EnsureSuccess();
    }

    [Fact]
    public async Task Run_HookPrintsAGigabyte_KeepsTheEndOnly()
    {
        await using var host = new ContainerHost();
        long before = GC.GetTotalMemory(forceFullCollection: true);

        ContainerException e = await FailAsync(host, Spec(At("createRuntime", new HookScripts(host).Outside("head -c 1073741824 /dev/zero | tr '\\0' x >&2; echo the end >&2; exit 1"))));

        Assert.EndsWith("xthe end", e.Message.Split(" [/hooks")[0], StringComparison.Ordinal);
        Assert.InRange(e.Message.Length, 4096, 8192);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 16L << 20);
    }

    [Fact]
    public async Task Delete_ConfigurationOfTheCreationGone_DeletesAndWarns()
    {
        await using var host = new ContainerHost();
        await using Container container = await host.CreateAsync(Spec(At("poststop", new HookSpec { Path = "/bin/true" })));
        File.Delete(Path.Combine(host.Runtime.Root, container.Id, "config.json"));
        await using Container? found = await host.Runtime.GetAsync(container.Id);

        await found!.DeleteAsync(force: true);

        Assert.Contains("The poststop hooks were not run", Assert.Single(found.Warnings), StringComparison.Ordinal);
    }

    private static async Task UntilGoneAsync(int pid)
    {
        while (ProcessStart.Read(pid) is not null && !ProcessStart.IsExiting(pid))
        {
            await Task.Yield();
        }
    }
}
