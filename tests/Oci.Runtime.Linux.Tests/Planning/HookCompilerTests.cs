using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Hooks;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Planning;

public sealed class HookCompilerTests
{
    private static readonly HostFacts s_host = new() { Architecture = ProgramArchitecture.X64 };

    private static HookCall Call(HookStage stage) => new(stage, 0, new HookSpec { Path = "/hook", Args = ["name", "x"], Env = ["A=1"] });

    [Fact]
    public void CompileOutside_JoinsNothingAndExecutesThePath()
    {
        string text = HookCompiler.CompileOutside("c", Call(HookStage.poststop), "/bundle", s_host).ToString();

        Assert.DoesNotContain("setns", text, StringComparison.Ordinal);
        Assert.Contains("clone3({CLONE_PARENT}", text, StringComparison.Ordinal);
        Assert.Contains("chdir(\"/bundle\")", text, StringComparison.Ordinal);
        Assert.Contains("execve(\"/hook\", argv, envp)  # running the poststop hook /hook [/hooks/poststop/0]", text, StringComparison.Ordinal);
    }

    [Fact]
    public void CompileInside_HasTheRestrictionsOfTheProcess_AndWhatItAsksOfTheParent()
    {
        RuntimeSpec spec = DefaultSpec.Create();
        spec = spec with
        {
            Process = spec.Process! with { NoNewPrivileges = true, User = new UserSpec { Uid = 7, Gid = 8 }, Rlimits = [new PosixRlimit { Type = "RLIMIT_NOFILE", Soft = 10, Hard = 10 }] },
            Linux = spec.Linux! with { Seccomp = new LinuxSeccomp { DefaultAction = "SCMP_ACT_ALLOW" } },
        };
        LinuxNamespace[] namespaces = [new LinuxNamespace { Type = LinuxNamespaceTypes.User, Path = "/proc/1/ns/user" }, new LinuxNamespace { Type = LinuxNamespaceTypes.Mount, Path = "/proc/1/ns/mnt" }];

        ContainerPlan plan = HookCompiler.CompileInside("c", Call(HookStage.startContainer), spec, namespaces, needsCgroup: true, s_host);
        string[] lines = plan.ToString().Split('\n');

        int Find(string text) => Array.FindIndex(lines, l => l.Contains(text, StringComparison.Ordinal));
        int[] order = [Find("waiting for the cgroup"), Find("setns(container, CLONE_NEWUSER|CLONE_NEWNS)"), Find("clone3("), Find("becoming user 7"), Find("PR_SET_NO_NEW_PRIVS"), Find("loading the seccomp filter"), Find("execve(\"/hook\"")];
        Assert.DoesNotContain(-1, order);
        Assert.Equal(order.Order(), order);
        // A limit that the user namespace may not raise is set by the parent.
        Assert.Single(plan.Handshake.Requests);
    }
}
