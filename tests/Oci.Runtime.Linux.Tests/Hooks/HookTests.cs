using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Hooks;

/// <summary>Hooks on real containers (runtime-spec, config.md, "POSIX-platform Hooks", and runtime.md, "Lifecycle").</summary>
[Collection(ContainerCollection.Name)]
public sealed class HookTests
{
    private static RuntimeSpec Spec(HooksSpec hooks, params string[] args) => ContainerHost.Spec(args) with { Hooks = hooks };

    private static string OwnNamespace(string type) => new FileInfo($"/proc/self/ns/{type}").LinkTarget!;

    [Fact]
    [Must("config.md#posix-platform-hooks-15", "config.md#posix-platform-hooks-16", "config.md#prestart-1", "config.md#prestart-2", "config.md#createruntime-hooks-1", "config.md#createcontainer-hooks-1", "config.md#startcontainer-hooks-1", "config.md#poststart-1", "config.md#poststop-1", "runtime.md#state-1")]
    public async Task Run_AllSix_AreCalledInOrderWithTheState()
    {
        await using var host = new ContainerHost();
        var scripts = new HookScripts(host);
        HookSpec Note(string stage, bool inside = false) => inside
            ? scripts.Inside($"echo {stage} >> order; cat > {stage}")
            : scripts.Outside($"echo {stage} >> order; cat > {stage}");
        RuntimeSpec spec = Spec(
            new HooksSpec
            {
                Poststop = [Note("poststop"), Note("poststop2")],
                Poststart = [Note("poststart"), Note("poststart2")],
                StartContainer = [Note("startContainer", inside: true), Note("startContainer2", inside: true)],
                CreateContainer = [Note("createContainer"), Note("createContainer2")],
                CreateRuntime = [Note("createRuntime"), Note("createRuntime2")],
                Prestart = [Note("prestart"), Note("prestart2")],
            },
            "cat") with { Annotations = new Dictionary<string, string> { ["org.example"] = "ä" } };
        string[] created = ["prestart", "prestart2", "createRuntime", "createRuntime2", "createContainer", "createContainer2"];
        string[] started = [.. created, "startContainer", "startContainer2", "poststart", "poststart2"];

        await using Container container = await host.CreateAsync(spec);
        Assert.Equal(created, scripts.ReadLines("order"));
        await container.StartAsync();
        Assert.Equal(started, scripts.ReadLines("order"));
        await container.DeleteAsync(force: true);
        Assert.Equal([.. started, "poststop", "poststop2"], scripts.ReadLines("order"));

        foreach (string note in scripts.ReadLines("order"))
        {
            var state = ContainerState.Parse(File.ReadAllBytes(Path.Combine(scripts.Notes, note)));
            ContainerStatus status = note.StartsWith("startContainer", StringComparison.Ordinal) ? ContainerStatus.Created
                : note.StartsWith("poststart", StringComparison.Ordinal) ? ContainerStatus.Running
                : note.StartsWith("poststop", StringComparison.Ordinal) ? ContainerStatus.Stopped
                : ContainerStatus.Creating;
            Assert.Equal((status, status == ContainerStatus.Stopped ? null : container.Pid), (state.Status, state.Pid));
            Assert.Equal((container.Id, host.BundlePath, spec.OciVersion, "ä"), (state.Id, state.Bundle, state.OciVersion, state.Annotations!["org.example"]));
        }
        Assert.DoesNotContain(container.Warnings, w => w.Contains("hook", StringComparison.Ordinal));
    }

    /// <summary>
    /// config.md: the path of prestart, createRuntime, createContainer, poststart and poststop MUST resolve in the runtime
    /// namespace, that of startContainer in the container's; createContainer and startContainer MUST be executed in the
    /// container namespace, the others in the runtime's.
    /// </summary>
    [Fact]
    [Must("config.md#posix-platform-hooks-3", "config.md#posix-platform-hooks-4", "config.md#posix-platform-hooks-5", "config.md#posix-platform-hooks-6", "config.md#posix-platform-hooks-7", "config.md#posix-platform-hooks-8", "config.md#posix-platform-hooks-9", "config.md#posix-platform-hooks-10", "config.md#posix-platform-hooks-11", "config.md#posix-platform-hooks-12", "config.md#posix-platform-hooks-13", "config.md#posix-platform-hooks-14")]
    public async Task Run_Namespaces_AreTheOnesOfTheSpec()
    {
        await using var host = new ContainerHost();
        var scripts = new HookScripts(host);
        const string look = "readlink /proc/self/ns/mnt /proc/self/ns/pid /proc/self/ns/net /proc/self/ns/user";
        HookSpec Look(string stage) => scripts.Outside($"{look} > {stage}; ls / > {stage}-root");
        HookSpec LookInside(string stage) => scripts.Inside($"for n in mnt pid net user; do readlink /proc/self/ns/$n; done > {stage}; ls / > {stage}-root");
        RuntimeSpec spec = Spec(
            new HooksSpec
            {
                Prestart = [Look("prestart")],
                CreateRuntime = [Look("createRuntime")],
                CreateContainer = [Look("createContainer")],
                StartContainer = [LookInside("startContainer")],
                Poststart = [Look("poststart")],
                Poststop = [Look("poststop")],
            },
            "cat");

        await using Container container = await host.CreateAsync(spec);
        await container.StartAsync();
        string[] types = ["mnt", "pid", "net", "user"];
        string[] own = [.. types.Select(OwnNamespace)];
        string[] inside = [.. types.Select(t => new FileInfo($"/proc/{container.Pid}/ns/{t}").LinkTarget!)];
        await container.DeleteAsync(force: true);

        foreach (string stage in new[] { "prestart", "createRuntime", "poststart", "poststop" })
        {
            Assert.Equal(own, scripts.ReadLines(stage));
        }
        Assert.NotEqual(own[0], inside[0]);
        Assert.Equal(inside, scripts.ReadLines("startContainer"));
        Assert.DoesNotContain("usr", scripts.ReadLines("startContainer-root"));
        // Before the pivot: the container's mounts are there, below the root of the host. Its procfs is the host's.
        Assert.Equal(inside[0], scripts.ReadLines("createContainer")[0]);
        Assert.Contains("usr", scripts.ReadLines("createContainer-root"));
    }

    [Fact]
    [Must("config.md#createruntime-hooks-1", "runtime.md#create-3")]
    public async Task CreateRuntime_ContainerIsThere_ItsMountsAreSeenThroughItsPid()
    {
        await using var host = new ContainerHost();
        var scripts = new HookScripts(host);
        RuntimeSpec spec = Spec(
            new HooksSpec
            {
                CreateRuntime = [scripts.Outside("pid=$(sed 's/.*\"pid\":\\([0-9]*\\).*/\\1/'); grep -c rootfs/proc /proc/$pid/mountinfo > mounts; cat /proc/$pid/cmdline > line")],
                Poststart = [scripts.Outside("pid=$(sed 's/.*\"pid\":\\([0-9]*\\).*/\\1/'); tr '\\0' ' ' < /proc/$pid/cmdline > started")],
            },
            "cat");
        if (!Environment.IsPrivilegedProcess)
        {
            // The procfs of a process that hides shows nothing to its own user.
            spec = spec with { Hooks = spec.Hooks! with { CreateRuntime = null } };
        }

        await using Container container = await host.CreateAsync(spec);
        await container.StartAsync();
        await container.DeleteAsync(force: true);

        if (Environment.IsPrivilegedProcess)
        {
            Assert.True(int.Parse(scripts.Read("mounts")) > 0);
        }
        // config.md: poststart hooks MUST be called after the user-specified process is executed.
        Assert.Equal("cat ", scripts.Read("started"));
    }

    [Fact]
    public async Task Run_ArgumentsAndEnvironment_AreExactlyThoseGiven()
    {
        await using var host = new ContainerHost();
        var scripts = new HookScripts(host);
        HookSpec hook = scripts.Outside("{ tr '\\0' '\\n' < /proc/$$/environ; tr '\\0' '\\n' < /proc/$$/cmdline; pwd -P; } > out; echo \"$OLDPWD\" > cwd");
        HookSpec shell = new() { Path = "/bin/sh", Args = ["other name", "-c", $"tr '\\0' '\\n' < /proc/$$/cmdline > {scripts.Notes}/args; tr '\\0' '\\n' < /proc/$$/environ > {scripts.Notes}/env; pwd > {scripts.Notes}/pwd", "", "a b"], Env = ["A=1", "PATH=/bin:/usr/bin", "A=2"] };
        Environment.SetEnvironmentVariable("OCI_TEST_INHERITED", "1");

        await host.RunAsync(Spec(new HooksSpec { CreateRuntime = [hook with { Env = null }, shell] }, "true"));

        Assert.DoesNotContain("OCI_TEST_INHERITED", scripts.Read("out"), StringComparison.Ordinal);
        Assert.Equal(["other name", "-c", shell.Args![2], "", "a b"], scripts.ReadLines("args"));
        Assert.Equal(["A=1", "PATH=/bin:/usr/bin", "A=2"], scripts.ReadLines("env"));
        Assert.Equal(host.BundlePath, scripts.Read("pwd").Trim());
    }

    [Fact]
    public async Task StartContainer_RunsWithTheRightsOfTheContainerOnly()
    {
        await using var host = new ContainerHost();
        var scripts = new HookScripts(host);
        const string look = "grep -E '^(Uid|CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status; cat /proc/self/cgroup; pwd";
        RuntimeSpec spec = Spec(new HooksSpec { StartContainer = [scripts.Inside($"cd /etc; {{ {look}; }} > /tmp/hook")] }, "sh", "-c", look);
        spec = spec with
        {
            Process = spec.Process! with { Cwd = "/etc", NoNewPrivileges = true },
            Linux = spec.Linux! with { Seccomp = new LinuxSeccomp { DefaultAction = "SCMP_ACT_ALLOW" } },
        };

        ContainerRun run = (await host.RunAsync(spec)).EnsureSuccess();

        Assert.Equal(run.Output, scripts.Read("hook"));
    }

    /// <summary>runtime.md, "Create": changes made to config.json after this operation will not have an effect on the container.</summary>
    [Fact]
    public async Task Start_ByAnotherHandleAfterTheBundleChanged_RunsTheHooksOfTheCreation()
    {
        await using var host = new ContainerHost();
        var scripts = new HookScripts(host);
        RuntimeSpec spec = Spec(
            new HooksSpec { StartContainer = [scripts.Inside("echo start >> order")], Poststart = [scripts.Outside("echo poststart >> order")], Poststop = [scripts.Outside("echo poststop >> order")] },
            "cat");
        await using Container container = await host.CreateAsync(spec);
        await host.BundleAsync(ContainerHost.Spec("false") with { Hooks = new HooksSpec { Poststop = [new HookSpec { Path = "/no/such" }] } });

        await using (Container? found = await host.Runtime.GetAsync(container.Id))
        {
            await found!.StartAsync();
        }
        await using Container? again = await host.Runtime.GetAsync(container.Id);
        await using ContainerProcess process = await again!.ExecAsync(new ExecOptions { Args = ["true"], Stdio = ContainerStdio.Null });
        Assert.True((await process.WaitAsync()).IsSuccess);
        await again.DeleteAsync(force: true);

        Assert.Equal(["start", "poststart", "poststop"], scripts.ReadLines("order"));
        Assert.Empty(again.Warnings);
    }

    [Fact]
    [Must("config.md#prestart-1", "config.md#createcontainer-hooks-1")]
    public async Task Plan_Hooks_AreSteps()
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = Spec(new HooksSpec { CreateRuntime = [new HookSpec { Path = "/one" }], CreateContainer = [new HookSpec { Path = "/two" }], StartContainer = [new HookSpec { Path = "/three" }] }, "true");

        string[] lines = host.Runtime.Plan("c1", await host.BundleAsync(spec)).ToString().Split('\n');

        int one = Array.FindIndex(lines, l => l.Contains("running the createRuntime hook /one [/hooks/createRuntime/0]", StringComparison.Ordinal));
        int two = Array.FindIndex(lines, l => l.Contains("running the createContainer hook /two [/hooks/createContainer/0]", StringComparison.Ordinal));
        int pivot = Array.FindIndex(lines, l => l.Contains("pivot_root(", StringComparison.Ordinal));
        int wait = Array.FindIndex(lines, l => l.Contains("waiting to be started, after the startContainer hooks /three [/hooks/startContainer]", StringComparison.Ordinal));
        Assert.True(one > 0 && one < two && two < pivot && pivot < wait, string.Join('\n', lines));
    }
}
