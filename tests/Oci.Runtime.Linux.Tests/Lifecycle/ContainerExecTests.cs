using Oci.Common.Linux;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Seccomp;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Lifecycle;

[Collection(ContainerCollection.Name)]
[Trait("Runs", "vm")]
public sealed class ContainerExecTests
{
    [Fact]
    public async Task ExecAsync_Program_IsInTheContainersNamespacesRootAndCgroup()
    {
        await using ExecHost host = await ExecHost.StartAsync(ContainerHost.Spec("sh", "-c", Script + "; cat"));
        string[] first = await ReadLinesAsync(new StreamReader(host.Container.StandardOutput!), "end");

        ContainerRun run = (await host.RunAsync("sh", "-c", Script)).EnsureSuccess();

        Assert.Equal(first, run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private const string Script = "for n in user ipc uts net pid cgroup mnt; do readlink /proc/self/ns/$n; done; hostname; ls -d /*; cat /proc/self/cgroup; grep -E '^(Cap|NoNewPrivs|Uid|Gid|Groups)' /proc/self/status; env | grep -v SHLVL; pwd; umask; cat /proc/self/oom_score_adj; echo end";

    [Fact]
    public async Task ExecAsync_Default_InheritsNothingOfThisProcess()
    {
        await using ExecHost host = await ExecHost.StartAsync();

        Assert.Equal("0\n1\n2\n3\n", (await host.RunAsync("ls", "/proc/self/fd")).EnsureSuccess().Output);
        Assert.Equal("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n", (await host.RunAsync("grep", "-E", "SigBlk|SigIgn", "/proc/self/status")).EnsureSuccess().Output);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ExecAsync_ContainerWithSeccomp_IsFilteredToo(bool noNewPrivileges)
    {
        RuntimeSpec spec = ContainerHost.Spec("cat");
        spec = spec with
        {
            Process = spec.Process! with { NoNewPrivileges = noNewPrivileges },
            Linux = spec.Linux! with { Seccomp = SeccompProfiles.CreateDefault(spec.Process!.Capabilities) },
        };
        await using ExecHost host = await ExecHost.StartAsync(spec);

        ContainerRun run = (await host.RunAsync("grep", "-E", "^(NoNewPrivs|Seccomp|Seccomp_filters):", "/proc/self/status", "/proc/1/status")).EnsureSuccess();

        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] mine = [.. lines.Where(l => l.StartsWith("/proc/self/", StringComparison.Ordinal)).Select(l => l[l.IndexOf(':')..])];
        Assert.Contains(":Seccomp:\t2", mine);
        Assert.Equal(lines.Where(l => l.StartsWith("/proc/1/", StringComparison.Ordinal)).Select(l => l[l.IndexOf(':')..]), mine);
    }

    [Fact]
    public async Task ExecAsync_Options_OverrideTheContainers()
    {
        RuntimeSpec spec = ContainerHost.Spec("cat");
        await using ExecHost host = await ExecHost.StartAsync(spec with { Process = spec.Process! with { Env = ["PATH=/bin", "A=container", "B=container"] } });

        ContainerRun run = (await host.RunAsync(new ExecOptions
        {
            Args = ["sh", "-c", "pwd; echo $A $B; umask; grep -E 'CapEff|CapInh|CapBnd|NoNewPrivs' /proc/self/status"],
            Cwd = "/tmp",
            Env = ["A=exec"],
            User = new UserSpec { Umask = 0x3F },
            NoNewPrivileges = false,
            Capabilities = new LinuxCapabilities { Bounding = ["CAP_KILL"], Permitted = ["CAP_KILL"], Effective = ["CAP_KILL"] },
        })).EnsureSuccess();

        Assert.Equal(
            "/tmp\nexec container\n0077\nCapInh:\t0000000000000000\nCapEff:\t0000000000000020\nCapBnd:\t0000000000000020\nNoNewPrivs:\t0\n",
            run.Output);
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task ExecAsync_User_HasItsIdsItsHomeAndNoCapabilities()
    {
        Requires.Root();
        var containers = new ContainerHost();
        File.WriteAllText(Path.Combine(containers.RootPath, "etc", "passwd"), "me:x:1000:1001::/home/me:/bin/sh\n");
        await using ExecHost host = await ExecHost.StartAsync(containers);

        ContainerRun run = (await host.RunAsync(new ExecOptions
        {
            Args = ["sh", "-c", "id -u; id -g; grep -E 'Groups|CapEff' /proc/self/status; echo $HOME"],
            User = new UserSpec { Uid = 1000, Gid = 1001, AdditionalGids = [7, 8] },
        })).EnsureSuccess();

        Assert.Equal("1000\n1001\nGroups:\t7 8 \nCapEff:\t0000000000000000\n/home/me\n", run.Output);
    }

    [Fact]
    public async Task ExecAsync_FromProcess_TakesNothingOfTheContainersProcess()
    {
        RuntimeSpec spec = ContainerHost.Spec("cat");
        await using ExecHost host = await ExecHost.StartAsync(spec with { Process = spec.Process! with { Env = ["PATH=/bin", "A=container"] } });

        ContainerRun run = (await host.RunAsync(ExecOptions.FromProcess(new ProcessSpec
        {
            Args = ["/bin/sh", "-c", "echo $A-$B; grep -E 'CapBnd|NoNewPrivs' /proc/self/status; pwd; ulimit -n"],
            Env = ["B=process", "PATH=/bin"],
            Cwd = "/etc",
            Rlimits = [new PosixRlimit { Type = "RLIMIT_NOFILE", Soft = 99, Hard = 100 }],
        }))).EnsureSuccess();

        Assert.Equal("-process\nCapBnd:\t0000000000000000\nNoNewPrivs:\t0\n/etc\n99\n", run.Output);
    }

    [Fact]
    public async Task StandardStreams_Pipes_CarryBytesBothWays()
    {
        await using ExecHost host = await ExecHost.StartAsync();
        await using ContainerProcess process = await host.Container.ExecAsync(new() { Args = ["sh", "-c", "echo err >&2; exec cat"], Stdio = ContainerStdio.Pipes });
        byte[] sent = new byte[300_000];
        new Random(1).NextBytes(sent);

        using var received = new MemoryStream();
        Task reading = process.StandardOutput!.CopyToAsync(received);
        await process.StandardInput!.WriteAsync(sent);
        process.StandardInput.Close();
        await reading;

        Assert.Equal(sent, received.ToArray());
        Assert.Equal("err\n", await new StreamReader(process.StandardError!).ReadToEndAsync());
        Assert.True((await process.WaitAsync()).IsSuccess);
    }

    [Theory]
    [InlineData("exit 0", 0, null)]
    [InlineData("exit 43", 43, null)]
    [InlineData("kill -TERM $$", null, 15)]
    [InlineData("kill -KILL $$", null, 9)]
    public async Task WaitAsync_Program_TellsHowItEnded(string script, int? code, int? signal)
    {
        await using ExecHost host = await ExecHost.StartAsync();

        ContainerRun run = await host.RunAsync("sh", "-c", script);

        Assert.Equal(code is int c ? ExitStatus.FromCode(c) : ExitStatus.FromSignal(signal!.Value), run.Status);
    }

    [Fact]
    public async Task KillAsync_RunningAndEnded_SignalsAndSaysSo()
    {
        await using ExecHost host = await ExecHost.StartAsync();
        await using ContainerProcess process = await host.Container.ExecAsync(new() { Args = ["sh", "-c", "trap 'exit 42' TERM; echo set; while :; do read -t 1 x; done"], Stdio = ContainerStdio.Pipes });
        await ReadLinesAsync(new StreamReader(process.StandardOutput!), "set");
        Assert.False(process.WaitAsync().IsCompleted);

        await process.KillAsync();

        Assert.Equal(ExitStatus.FromCode(42), await process.WaitAsync());
        var e = await Assert.ThrowsAsync<ContainerException>(() => process.KillAsync());
        Assert.Contains("os: process already finished", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WaitAsync_ContainerKilled_EndsWithIt()
    {
        await using ExecHost host = await ExecHost.StartAsync();
        await using ContainerProcess process = await host.Container.ExecAsync(new() { Args = ["sleep", "1000"], Stdio = ContainerStdio.Null });

        await host.Container.KillAsync(9);

        Assert.Equal(ExitStatus.FromSignal(9), await process.WaitAsync());
        Assert.Equal(ExitStatus.FromSignal(9), await host.Container.WaitAsync());
    }

    [Fact]
    public async Task DisposeAsync_KillOnDispose_EndsIt()
    {
        await using ExecHost host = await ExecHost.StartAsync();
        ContainerProcess process = await host.Container.ExecAsync(new() { Args = ["sleep", "1000"], Stdio = ContainerStdio.Null, KillOnDispose = true });

        await process.DisposeAsync();
        await process.DisposeAsync();

        Assert.Equal(ExitStatus.FromSignal(9), await process.WaitAsync());
    }

    [Fact]
    public async Task ExecAsync_FiftyAtOnce_AllRun()
    {
        await using ExecHost host = await ExecHost.StartAsync();

        ContainerRun[] runs = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => host.RunAsync("sh", "-c", $"echo {i}; exit {i}"))));

        Assert.Equal(Enumerable.Range(0, 50).Select(i => ($"{i}\n", ExitStatus.FromCode(i))), runs.Select(r => (r.Output, r.Status)));
    }

    [Fact]
    public async Task ExecAsync_ContainerOfAnotherProcess_Runs()
    {
        await using var host = new ContainerHost();
        await host.BundleAsync(ContainerHost.Spec("sh", "-c", "echo $$; exec sleep 1000"));
        ToolResult created = await OtherProcess.RunAsync([], nameof(OtherProcessTests.CreateAndLeave), host.Runtime.Root + ":" + host.BundlePath);
        Assert.True(created.ExitCode == 0, created.Output + created.Error);
        await using Container? container = await host.Runtime.GetAsync("left");
        await container!.StartAsync();

        await using (ContainerProcess process = await container.ExecAsync(new() { Args = ["sh", "-c", "hostname; exit 3"], Stdio = ContainerStdio.Pipes }))
        {
            Assert.Equal("container\n", await new StreamReader(process.StandardOutput!).ReadToEndAsync());
            Assert.Equal(ExitStatus.FromCode(3), await process.WaitAsync());
        }
        await container.DeleteAsync(force: true);
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task ExecAsync_UserNamespaceOfRoot_IsRootInThere()
    {
        Requires.Root();
        var containers = new ContainerHost();
        File.SetUnixFileMode(containers.Combine(), (UnixFileMode)0x1ED);
        RuntimeSpec spec = ContainerHost.Spec("cat");
        spec = spec with
        {
            Linux = spec.Linux! with
            {
                Namespaces = [.. spec.Linux.Namespaces!, new LinuxNamespace { Type = LinuxNamespaceTypes.User }, new LinuxNamespace { Type = LinuxNamespaceTypes.Time }],
                UidMappings = [new LinuxIdMapping { ContainerId = 0, HostId = 100000, Size = 65536 }],
                GidMappings = [new LinuxIdMapping { ContainerId = 0, HostId = 100000, Size = 65536 }],
            },
        };
        await using ExecHost host = await ExecHost.StartAsync(containers, spec);

        ContainerRun run = (await host.RunAsync("sh", "-c", "id -u; id -g; stat -c %u /proc/self/; readlink /proc/self/ns/user; readlink /proc/self/ns/time")).EnsureSuccess();

        string[] expected = ["0", "0", "0", new FileInfo($"/proc/{host.Container.Pid}/ns/user").LinkTarget!, new FileInfo($"/proc/{host.Container.Pid}/ns/time").LinkTarget!];
        Assert.Equal(expected, run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task PlanExecAsync_Running_IsWhatIsRun()
    {
        await using ExecHost host = await ExecHost.StartAsync();

        ContainerPlan plan = await host.Container.PlanExecAsync(new() { Args = ["true"] });

        Assert.Contains("CLONE_NEWNS", plan.ToString(), StringComparison.Ordinal);
        Assert.Equal(plan, await host.Container.PlanExecAsync(new() { Args = ["true"] }));
        Assert.Empty(plan.Warnings);
    }

    /// <summary>The lines up to and with the last.</summary>
    private static async Task<string[]> ReadLinesAsync(StreamReader reader, string last)
    {
        var lines = new List<string>();
        do
        {
            lines.Add(await reader.ReadLineAsync() ?? throw new EndOfStreamException($"No '{last}' after {string.Join(", ", lines)}"));
        }
        while (lines[^1] != last);
        return [.. lines];
    }

    /// <summary>What a subreaper's child must find: a status that nobody has taken (waitid(2), ECHILD where it was).</summary>
    [Fact]
    public async Task ExecAsync_Detached_LeavesTheEndToTheNextParent()
    {
        await using ExecHost host = await ExecHost.StartAsync();
        await using ContainerProcess process = await host.Container.ExecAsync(new ExecOptions { Args = ["sh", "-c", "exit 7"], Stdio = ContainerStdio.Null, IsDetached = true });

        Assert.Equal(ExitStatus.FromCode(7), await process.WaitAsync());
        Assert.Equal(Errno.None, Libc.WaitForPid(process.Pid, out Libc.ChildStatus status));
        Assert.Equal(7, status.si_status);
        Assert.Equal(Errno.ECHILD, Libc.WaitForPid(process.Pid, out _));
    }

    [Fact]
    public async Task ExecAsync_CgroupThatIsNotBelow_IsRefusedAndLeavesNoProcess()
    {
        await using ExecHost host = await ExecHost.StartAsync();
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, which has cgroups everywhere.");

        foreach (string cgroup in new[] { "../x", "nosuch/../..", "nosuch", "nocontroller:x" })
        {
            ContainerException e = await Assert.ThrowsAsync<ContainerException>(() => host.RunAsync(new ExecOptions { Args = ["true"], Cgroups = [cgroup] }));
            Assert.Equal($"entering the cgroup '{cgroup}'", e.Step);
            Assert.NotNull(e.Hint);
        }
        Assert.Equal([host.Container.Pid], await host.Container.GetProcessesAsync());
    }

    [Fact, Trait("Needs", "root")]
    public async Task ExecAsync_CgroupBelow_IsThatOfTheProcess()
    {
        Requires.Root();
        await using ExecHost host = await ExecHost.StartAsync();
        string line = File.ReadLines($"/proc/{host.Container.Pid}/cgroup").First(l => l.Contains(":pids", StringComparison.Ordinal) || l.StartsWith("0::", StringComparison.Ordinal));
        bool isUnified = line.StartsWith("0::", StringComparison.Ordinal);
        string sub = $"/sys/fs/cgroup{(isUnified ? "" : "/pids")}{line.Split(':', 3)[2]}/sub";
        Directory.CreateDirectory(sub);
        await using ContainerProcess process = await host.Container.ExecAsync(new ExecOptions { Args = ["sleep", "1000"], Stdio = ContainerStdio.Null, KillOnDispose = true, Cgroups = [isUnified ? "sub" : "pids:/sub"] });

        Assert.Equal($"{process.Pid}\n", File.ReadAllText(sub + "/cgroup.procs"));
    }

    [Fact]
    public async Task GetSpecAsync_BundleHasChanged_IsTheConfigurationOfTheCreation()
    {
        await using ExecHost host = await ExecHost.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(host.Host.BundlePath, "config.json"), "{}");
        await using Container? found = await host.Host.Runtime.GetAsync(host.Container.Id);

        Assert.Equal(["cat"], (await found!.GetSpecAsync()).Process!.Args);
    }
}
