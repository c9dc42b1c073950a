using System.Net.Sockets;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Processes;
using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Tests.Lifecycle;

namespace Oci.Runtime.Linux.Tests.Seccomp;

/// <summary>SCMP_ACT_NOTIFY with a program that answers (runtime-spec, config-linux.md, "Seccomp" and "The Container Process State").</summary>
[Collection(ContainerCollection.Name)]
public sealed class SeccompNotifyTests
{
    private const string MakeThree = "mkdir /tmp/a; echo $?; mkdir /tmp/b; echo $?; mkdir /tmp/c; echo $?; ls /tmp";

    private static RuntimeSpec Spec(string listener, bool noNewPrivileges, params string[] args)
    {
        RuntimeSpec spec = ContainerHost.Spec(args);
        return spec with
        {
            Annotations = new Dictionary<string, string> { ["large"] = new('x', 400_000) },
            Process = spec.Process! with { NoNewPrivileges = noNewPrivileges },
            Linux = spec.Linux! with
            {
                Seccomp = new LinuxSeccomp
                {
                    DefaultAction = "SCMP_ACT_ALLOW",
                    Flags = ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"],
                    ListenerPath = listener,
                    ListenerMetadata = "opaque: ä",
                    Syscalls = [new LinuxSyscall { Names = ["mkdir"], Action = "SCMP_ACT_NOTIFY" }],
                },
            },
        };
    }

    /// <summary>The first call is pretended to succeed, the second fails, the others are made.</summary>
    private static Func<NotifyCall, NotifyAnswer> Alternate()
    {
        int calls = 0;
        return _ => Interlocked.Increment(ref calls) switch
        {
            1 => new NotifyAnswer(),
            2 => new NotifyAnswer(Error: Errno.EDQUOT),
            _ => new NotifyAnswer(LetsThrough: true),
        };
    }

    [Theory]
    [Must("config-linux.md#seccomp-2", "config-linux.md#seccomp-3", "config-linux.md#seccomp-4", "config-linux.md#the-container-process-state-1", "config-linux.md#the-container-process-state-2")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_NotifiedCalls_GetTheListenersAnswers(bool noNewPrivileges)
    {
        await using var host = new ContainerHost();
        await using (var agent = new NotifyAgent(host.Combine("agent.sock"), Alternate()))
        {
            ContainerRun run = (await host.RunAsync(Spec(agent.Path, noNewPrivileges, "sh", "-c", MakeThree))).EnsureSuccess();

            Assert.Equal("0\n1\n0\nc\n", run.Output);
            Assert.Contains("quota", run.Error, StringComparison.OrdinalIgnoreCase);
            // The listener's program must be sent exactly one state per connection.
            ContainerProcessState state = Assert.Single(agent.States);
            Assert.Equal((ContainerProcessState.SeccompFd, "opaque: ä", "1.3.0"), (Assert.Single(state.Fds), state.Metadata, state.OciVersion));
            Assert.Equal((ContainerStatus.Creating, state.Pid, 400_000), (state.State.Status, state.State.Pid, state.State.Annotations!["large"].Length));
        }
    }

    [Fact]
    [Must("config-linux.md#seccomp-3")]
    public async Task ExecAsync_FilterNotifies_ListenerGetsThatProcessToo()
    {
        await using var host = new ContainerHost();
        await using (var agent = new NotifyAgent(host.Combine("agent.sock"), Alternate()))
        {
            await using Container container = await host.CreateAsync(Spec(agent.Path, noNewPrivileges: true, "cat"));
            await container.StartAsync();
            await using ContainerProcess process = await container.ExecAsync(new ExecOptions { Args = ["sh", "-c", MakeThree], Stdio = ContainerStdio.Pipes });
            string output = await new StreamReader(process.StandardOutput!).ReadToEndAsync();
            await container.DeleteAsync(force: true);

            Assert.Equal("0\n1\n0\nc\n", output);
            Assert.Equal(2, agent.States.Count);
            ContainerProcessState state = agent.States[1];
            Assert.Equal((ContainerStatus.Running, container.Pid), (state.State.Status, state.State.Pid));
            Assert.Equal(process.Pid, state.Pid);
        }
    }

    [Fact]
    public async Task StartContainer_FilterNotifies_HookIsAnsweredToo()
    {
        await using var host = new ContainerHost();
        await using (var agent = new NotifyAgent(host.Combine("agent.sock"), static _ => new NotifyAnswer(LetsThrough: true)))
        {
            RuntimeSpec spec = Spec(agent.Path, noNewPrivileges: true, "ls", "/tmp") with
            {
                Hooks = new HooksSpec { StartContainer = [new HookSpec { Path = "/bin/mkdir", Args = ["mkdir", "/tmp/of-the-hook"] }] },
            };

            ContainerRun run = (await host.RunAsync(spec)).EnsureSuccess();

            Assert.Equal("of-the-hook\n", run.Output);
            Assert.Equal(2, agent.States.Count);
        }
    }

    /// <summary>config-linux.md: if sending to this socket fails, the runtime MUST generate an error.</summary>
    [Fact]
    [Must("config-linux.md#seccomp-5")]
    public async Task CreateAsync_NobodyListens_FailsAndLeavesNothing()
    {
        await using var host = new ContainerHost();

        var e = await Assert.ThrowsAsync<ContainerException>(() => host.CreateAsync(Spec(host.Combine("none.sock"), true, "true")));

        Assert.Equal(("/linux/seccomp/listenerPath", (int?)Errno.ENOENT, host.Combine("none.sock")), (e.SpecPointer, e.Errno, e.Path));
        Assert.NotNull(e.Hint);
    }

    [Fact]
    [Must("config-linux.md#seccomp-5")]
    public async Task CreateAsync_ListenerHangsUp_FailsAndLeavesNothing()
    {
        await using var host = new ContainerHost();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(host.Combine("agent.sock")));
        listener.Listen(1);

        Task<Container> creation = host.CreateAsync(Spec(host.Combine("agent.sock"), true, "true"));
        (await listener.AcceptAsync(TestContext.Current.CancellationToken)).Dispose();

        var e = await Assert.ThrowsAsync<ContainerException>(() => creation);
        Assert.Equal("/linux/seccomp/listenerPath", e.SpecPointer);
    }

    [Fact]
    [Must("config-linux.md#seccomp-5")]
    public async Task CreateAsync_ListenerNeverReads_FailsInTimeAndLeavesNothing()
    {
        await using var host = new ContainerHost();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(host.Combine("agent.sock")));
        listener.Listen(1);
        var runtime = new ContainerRuntime(new ContainerRuntimeOptions { Root = host.Runtime.Root, TimeProvider = new HastyTime() });
        Bundle bundle = await host.BundleAsync(Spec(host.Combine("agent.sock"), true, "true"));

        // The state, with its large annotation, is more than the socket takes.
        var e = await Assert.ThrowsAsync<ContainerException>(() =>
            runtime.CreateAsync("c1", bundle, new CreateContainerOptions { Stdio = ContainerStdio.Null }).WaitAsync(TimeSpan.FromSeconds(60)));

        Assert.Equal(("/linux/seccomp/listenerPath", (int?)Errno.ETIMEDOUT, host.Combine("agent.sock")), (e.SpecPointer, e.Errno, e.Path));
        Assert.Contains("has not read all of it within 10 s", e.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateAsync_NotifyWithoutListener_IsInvalid()
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = Spec("", true, "true");
        spec = spec with { Linux = spec.Linux! with { Seccomp = spec.Linux.Seccomp! with { ListenerPath = null, ListenerMetadata = null } } };

        var e = await Assert.ThrowsAsync<InvalidSpecException>(() => host.CreateAsync(spec));

        Assert.Contains(e.Findings, f => f.Pointer == "/linux/seccomp/listenerPath");
    }

    /// <summary>config-linux.md: if the SCMP_ACT_NOTIFY action is not used this value is ignored.</summary>
    [Fact]
    public async Task Run_ListenerButNoNotify_IsIgnored()
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = Spec(host.Combine("none.sock"), true, "true");
        spec = spec with { Linux = spec.Linux! with { Seccomp = new LinuxSeccomp { DefaultAction = "SCMP_ACT_ALLOW", ListenerPath = host.Combine("none.sock") } } };

        (await host.RunAsync(spec)).EnsureSuccess();
    }

    [Fact]
    public async Task Plan_NotifyOfTheCallThatHandsTheListenerOver_IsRefused()
    {
        await using var host = new ContainerHost();
        RuntimeSpec spec = Spec(host.Combine("agent.sock"), true, "true");
        spec = spec with { Linux = spec.Linux! with { Seccomp = spec.Linux.Seccomp! with { Syscalls = [new LinuxSyscall { Names = ["mkdir", "sendmsg"], Action = "SCMP_ACT_NOTIFY" }] } } };
        Bundle bundle = await host.BundleAsync(spec);

        var e = Assert.Throws<UnsupportedSpecException>(() => host.Runtime.Plan("c1", bundle));

        Assert.Equal("/linux/seccomp/syscalls/0/action", e.SpecPointer);
        Assert.Contains("sendmsg", e.Hint, StringComparison.Ordinal);
    }
}
