using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Planning;

/// <summary>Plans are compared as text: no root, no side effect, any machine.</summary>
public sealed class ExecCompilerTests
{
    private static readonly HostFacts s_host = new() { Architecture = ProgramArchitecture.X64 };

    private static ContainerPlan Compile(RuntimeSpec spec, bool needsCgroup = true, params string[] namespaces) =>
        ExecCompiler.Compile("web", spec, [.. namespaces.Select(n => new LinuxNamespace { Type = n, Path = $"/proc/7/ns/{n}" })], needsCgroup, s_host, []);

    [Fact]
    public void Compile_Namespaces_AreJoinedAtOnceAfterTheCgroup()
    {
        string[] calls = [.. Compile(DefaultSpec.Create(), true, "pid", "mount", "user").Steps.Where(s => s.Phase == PlanPhase.Prepare).Select(s => s.ToString().Split("  #")[0])];

        Assert.Equal(
            [
                "close(program)",
                "close_range(6, 0xffffffff, 0)",
                "setsid()",
                "prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)",
                "sendto(parent, prepare, 16, MSG_NOSIGNAL)",
                "read(parent, answer, 8)",
                "setns(container, CLONE_NEWUSER|CLONE_NEWPID|CLONE_NEWNS)",
                "close(container)",
                "setgroups(0, 0) tolerates EPERM",
                "setresgid(0, 0, 0) tolerates EINVAL",
                "setresuid(0, 0, 0) tolerates EINVAL",
                "clone3({CLONE_PARENT}, 88) -> pid",
                "compare(pid, 0xffffffffffffffff, 0x0, -ENOMSG, 0) goto L1 tolerates ENOMSG",
                "exit_group(0)",
            ],
            calls);
    }

    [Fact]
    public void Compile_Order_IsWhatTheRulesDemand()
    {
        ContainerPlan plan = Compile(DefaultSpec.Create(), true, "mount", "pid");
        int First(Func<PlanStep, bool> predicate) => plan.Steps.First(predicate).Index;

        int[] order =
        [
            First(s => s.Arguments.Contains("PR_SET_DUMPABLE")),
            First(s => s.Syscall is "setns"),
            First(s => s.Syscall is "close" && s.Arguments[0] is "container"),
            First(s => s.Syscall is "clone3"),
            First(s => s.Syscall is "keyctl"),
            First(s => s.Arguments.Contains("PR_CAPBSET_DROP")),
            First(s => s.Syscall is "setgroups"),
            First(s => s.Syscall is "setresgid"),
            First(s => s.Syscall is "setresuid"),
            First(s => s.Syscall is "capset"),
            First(s => s.Syscall is "getcwd"),
            First(s => s.Arguments.Contains("PR_SET_NO_NEW_PRIVS")),
            First(s => s.Label is "looking for sh"),
            First(s => s.Arguments.Contains("CLOSE_RANGE_CLOEXEC")),
            plan.Steps.Count - 1,
        ];

        Assert.Equal(order.Order(), order);
        Assert.Equal("execve", plan.Steps[^1].Syscall);
        // Nothing makes the process readable again, and nothing of the host's files is opened once it has entered.
        Assert.Single(plan.Steps, s => s.Arguments.Contains("PR_SET_DUMPABLE"));
        Assert.All(plan.Steps.Where(s => s.Index > order[1] && s.Syscall.StartsWith("open", StringComparison.Ordinal)), s => Assert.StartsWith("looking for", s.Label, StringComparison.Ordinal));
        Assert.DoesNotContain(plan.Steps, s => s.Label is "waiting to be started");
    }

    [Fact]
    public void Compile_SharedWithThisProcess_JoinsNothingAndWaitsForNoCgroup()
    {
        ContainerPlan plan = Compile(DefaultSpec.Create(), needsCgroup: false);

        Assert.DoesNotContain(plan.Steps, s => s.Syscall is "setns" or "read");
        Assert.True(plan.Handshake is { JoinsContainer: true, NeedsCgroup: false, NeedsIdMaps: false });
    }

    [Fact]
    public void Compile_Seccomp_LoadsTheContainersFilter()
    {
        RuntimeSpec spec = DefaultSpec.Create();

        ContainerPlan plan = Compile(spec with { Linux = spec.Linux! with { Seccomp = new LinuxSeccomp { DefaultAction = "SCMP_ACT_ALLOW" } } });

        Assert.Equal("seccomp", plan.Steps[^2].Syscall);
        Assert.Equal("execve", plan.Steps[^1].Syscall);
    }

    public static TheoryData<string, string> Unsupported => new()
    {
        { """{"process":{"cwd":"/","args":["a"],"apparmorProfile":"p"}}""", "/process/apparmorProfile" },
        { """{"process":{"cwd":"/","args":["a"],"selinuxLabel":"l"}}""", "/process/selinuxLabel" },
    };

    [Theory]
    [MemberData(nameof(Unsupported))]
    public void Compile_WhatIsNotSupported_IsRefusedWithItsPointer(string json, string pointer)
    {
        RuntimeSpec spec = RuntimeSpec.Parse(System.Text.Encoding.UTF8.GetBytes("{\"ociVersion\":\"1.3.0\"," + json[1..]));

        var e = Assert.Throws<UnsupportedSpecException>(() => Compile(spec));

        Assert.Equal(pointer, e.SpecPointer);
    }
}
