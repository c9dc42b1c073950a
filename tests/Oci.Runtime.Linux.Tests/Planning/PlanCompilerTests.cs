using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Namespaces;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Planning;

/// <summary>Plans are compared as text: no root, no side effect, any machine.</summary>
public sealed class PlanCompilerTests
{
    private static readonly HostFacts s_host = new()
    {
        Architecture = ProgramArchitecture.X64,
        Cgroups = [new CgroupHierarchy("/sys/fs/cgroup", [], "/")],
    };

    private static ContainerPlan Compile(RuntimeSpec spec, HostFacts? host = null) =>
        PlanCompiler.Compile("web", spec, "/bundle", host ?? s_host, []);

    private static string[] Lines(ContainerPlan plan, string containing) =>
        [.. plan.Steps.Select(s => s.ToString()).Where(l => l.Contains(containing, StringComparison.Ordinal))];

    [Fact]
    public void Compile_SameInputTwice_GivesEqualPlans()
    {
        Assert.Equal(Compile(DefaultSpec.Create()), Compile(DefaultSpec.Create()));
        Assert.NotEqual(Compile(DefaultSpec.Create()), Compile(DefaultSpec.Create() with { Hostname = "other" }));
    }

    [Fact]
    public void Compile_Default_HasItsPhasesInOrder()
    {
        PlanPhase[] phases = [.. Compile(DefaultSpec.Create()).Steps.Select(s => s.Phase)];

        Assert.Equal(Enum.GetValues<PlanPhase>(), phases.Distinct());
        Assert.Equal(phases.Order(), phases);
    }

    [Fact]
    public void Compile_Default_MakesItsProcessInItsNamespaces()
    {
        string line = Assert.Single(Lines(Compile(DefaultSpec.Create()), "clone3("));

        Assert.Equal(
            "clone3({CLONE_PARENT|CLONE_NEWIPC|CLONE_NEWUTS|CLONE_NEWNET|CLONE_NEWPID|CLONE_NEWCGROUP|CLONE_NEWNS}, 88) -> pid  # making the container's process in its namespaces [/linux/namespaces]",
            line);
    }

    [Fact]
    public void Compile_Tmpfs_IsMadeDetachedAndMovedByDescriptors()
    {
        RuntimeSpec spec = DefaultSpec.Create() with { Mounts = [new MountSpec { Destination = "/tmp", Type = "tmpfs", Source = "tmpfs", Options = ["nosuid", "size=1m", "rprivate"] }] };

        string[] lines = [.. Compile(spec).Steps.Where(s => s.Phase == PlanPhase.Mounts).Select(s => s.ToString())];

        Assert.All(lines, line => Assert.EndsWith("  # mounting tmpfs at /tmp [/mounts/0]", line, StringComparison.Ordinal));
        Assert.Equal(
            [
                "openat2(root, \"tmp\", {O_PATH|O_DIRECTORY, RESOLVE_IN_ROOT}, 24) -> place goto L2 tolerates ENOENT|EAGAIN",
                "mkdirat(root, \"tmp\", 0755) tolerates EEXIST",
                "openat2(root, \"tmp\", {O_PATH|O_DIRECTORY, RESOLVE_IN_ROOT}, 24) -> place goto L5 tolerates EAGAIN goto L4",
                "read(retries, count, 8) goto L3",
                "fsopen(\"tmpfs\", FSOPEN_CLOEXEC) -> fs",
                "fsconfig(fs, FSCONFIG_SET_STRING, \"source\", \"tmpfs\", 0)",
                "fsconfig(fs, FSCONFIG_SET_STRING, \"size\", \"1m\", 0)",
                "fsconfig(fs, FSCONFIG_CMD_CREATE, 0, 0, 0)",
                "fsmount(fs, FSMOUNT_CLOEXEC, 0x2) -> tree",
                "close(fs)",
                "mount_setattr(tree, \"\", AT_EMPTY_PATH|AT_RECURSIVE, {MS_PRIVATE|MS_REC}, 32)",
                "move_mount(tree, \"\", place, \"\", MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH)",
                "close(tree)",
                "close(place)",
            ],
            lines.Select(l => l[..l.IndexOf("  #", StringComparison.Ordinal)]));
    }

    [Fact]
    public void Compile_ProcAndSysfs_RefuseLinksOnTheWay()
    {
        ContainerPlan plan = Compile(DefaultSpec.Create());

        Assert.All(Lines(plan, "mounting proc at /proc").Where(l => l.StartsWith("openat2", StringComparison.Ordinal)), l => Assert.Contains("RESOLVE_NO_SYMLINKS", l, StringComparison.Ordinal));
        Assert.All(Lines(plan, "mounting sysfs at /sys").Where(l => l.StartsWith("openat2", StringComparison.Ordinal)), l => Assert.Contains("RESOLVE_NO_SYMLINKS", l, StringComparison.Ordinal));
    }

    [Fact]
    public void Compile_Any_NeverUsesAPathOfTheRootTwice()
    {
        // Every mount is attached by descriptors; mount(2) itself only changes propagation, of "/" and ".".
        ContainerPlan plan = Compile(DefaultSpec.Create());

        Assert.All(plan.Steps.Where(s => s.Syscall is "move_mount"), s => Assert.Equal("MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH", s.Arguments[4]));
        Assert.All(plan.Steps.Where(s => s.Syscall is "mount"), s => Assert.True(s.Arguments[1] is "\"/\"" or "\".\"", s.ToString()));
        Assert.All(plan.Steps.Where(s => s.Syscall is "openat2" && s.Label.Contains("masking", StringComparison.Ordinal)), s => Assert.Contains("RESOLVE_IN_ROOT", s.Arguments[2], StringComparison.Ordinal));
    }

    [Fact]
    public void Compile_Order_IsWhatTheRulesDemand()
    {
        ContainerPlan plan = Compile(DefaultSpec.Create());
        int First(Func<PlanStep, bool> predicate) => plan.Steps.First(predicate).Index;

        int bounding = First(s => s.Arguments.Contains("PR_CAPBSET_DROP"));
        int uid = First(s => s.Syscall is "setresuid");
        int caps = First(s => s.Syscall is "capset");
        int noNewPrivileges = First(s => s.Arguments.Contains("PR_SET_NO_NEW_PRIVS"));
        int closeOnExec = First(s => s.Arguments.Contains("CLOSE_RANGE_CLOEXEC"));
        int search = First(s => s.Label == "looking for sh");
        int wait = First(s => s.Label == "waiting to be started");
        int dumpable = First(s => s.Arguments.Contains("PR_SET_DUMPABLE"));
        int clone = First(s => s.Syscall is "clone3");

        Assert.True(dumpable < clone);
        int[] order = [clone, bounding, uid, caps, noNewPrivileges, search, closeOnExec, wait, plan.Steps.Count - 1];
        Assert.Equal(order.Order(), order);
        Assert.Equal("execve", plan.Steps[^1].Syscall);
    }

    [Fact]
    public void Compile_UserNamespace_MapsIdsBeforeItHides()
    {
        RuntimeSpec spec = DefaultSpec.CreateRootless(RootlessIdMappings.Create(1000, 1000, "me", "", "", hasTools: false));

        ContainerPlan plan = Compile(spec, s_host with { NoCgroup = "No cgroup, says the test." });

        string[] calls = [.. plan.Steps.TakeWhile(s => s.Syscall is not "clone3").Select(s => s.Syscall)];
        Assert.Equal(["close", "close_range", "setsid", "umask", "unshare", "sendto", "read", "setgroups", "setresgid", "setresuid", "prctl"], calls);
        Assert.True(plan.Handshake is { NeedsIdMaps: true, NeedsCgroup: false });
        Assert.Contains("No cgroup, says the test.", plan.Warnings);
        Assert.DoesNotContain(plan.Steps, s => s.Syscall is "mknodat");
        Assert.Contains(plan.Handshake.Warnings, w => w.Contains("/proc", StringComparison.Ordinal));
    }

    [Fact]
    public void Compile_AmbientCapabilityThatIsNotInheritable_IsLeftOut()
    {
        RuntimeSpec spec = DefaultSpec.Create();
        spec = spec with { Process = spec.Process! with { Capabilities = new LinuxCapabilities { Permitted = ["CAP_KILL", "CAP_CHOWN"], Inheritable = ["CAP_CHOWN"], Ambient = ["CAP_KILL", "CAP_CHOWN"] } } };

        ContainerPlan plan = Compile(spec, s_host);

        Assert.Equal(["raising CAP_CHOWN in the ambient set"], plan.Steps.Select(s => s.Label).Where(l => l.EndsWith("in the ambient set", StringComparison.Ordinal)));
    }

    [Fact]
    [Must("config.md#linux-process-1")]
    public void Compile_CapabilityThatTheHostLacks_IsLeftOutWithAWarning()
    {
        RuntimeSpec spec = DefaultSpec.Create();
        spec = spec with { Process = spec.Process! with { Capabilities = new LinuxCapabilities { Bounding = ["CAP_SYS_RESOURCE", "CAP_KILL"] } } };

        ContainerPlan plan = Compile(spec, s_host with { Capabilities = ~(1UL << 24) });

        Assert.Contains(plan.Warnings, w => w.Contains("CAP_SYS_RESOURCE", StringComparison.Ordinal) && w.Contains("bounding", StringComparison.Ordinal));
        Assert.NotEmpty(Lines(plan, "dropping CAP_SYS_RESOURCE"));
        Assert.Empty(Lines(plan, "dropping CAP_KILL"));
    }

    [Fact]
    public void Compile_Home_IsTheUsersUnlessGiven()
    {
        RuntimeSpec spec = DefaultSpec.Create();
        RuntimeSpec given = spec with { Process = spec.Process! with { Env = ["HOME=/mine"] } };

        Assert.Equal("HOME=/root", Home(Compile(spec, s_host with { Home = "/root" })));
        Assert.Equal("HOME=/", Home(Compile(spec)));
        Assert.Equal("HOME=/mine", Home(Compile(given, s_host with { Home = "/root" })));

        static string Home(ContainerPlan plan) =>
            Assert.Single(plan.Steps[^1].Operation.Arguments[2].Cell!.Pointers.ToArray().Select(p => p.Target.Name.Trim('"')), v => v.StartsWith("HOME=", StringComparison.Ordinal));
    }

    public static TheoryData<string, string> Unsupported => new()
    {
        { """{"process":{"cwd":"/","apparmorProfile":"p"}}""", "/process/apparmorProfile" },
        { """{"process":{"cwd":"/","selinuxLabel":"l"}}""", "/process/selinuxLabel" },
        { """{"linux":{"seccomp":{"defaultAction":"SCMP_ACT_NOTIFY"}}}""", "/linux/seccomp/defaultAction" },
        { """{"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","architectures":["SCMP_ARCH_X86","SCMP_ARCH_S390X"]}}}""", "/linux/seccomp/architectures/1" },
        { """{"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","flags":["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"]}}}""", "/linux/seccomp/flags/0" },
        { """{"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["sendmsg"],"action":"SCMP_ACT_NOTIFY"}]}}}""", "/linux/seccomp/syscalls/0/action" },
        { """{"linux":{"mountLabel":"l"}}""", "/linux/mountLabel" },
        { """{"linux":{"personality":{"domain":"LINUX","flags":["X"]}}}""", "/linux/personality/flags" },
        { """{"linux":{"intelRdt":{}}}""", "/linux/intelRdt" },
        { """{"linux":{"namespaces":[]}}""", "/linux/namespaces" },
        { """{"mounts":[{"destination":"/","type":"tmpfs"}],"linux":{"namespaces":[{"type":"mount"}]}}""", "/mounts/0/destination" },
        { """{"mounts":[{"destination":"/a","type":"bind","source":"/b","options":["idmap"]}],"linux":{"namespaces":[{"type":"mount"}]}}""", "/mounts/0/options" },
    };

    [Theory]
    [Must("config-linux.md#intelrdt-2")]
    [MemberData(nameof(Unsupported))]
    public void Compile_WhatIsNotSupported_IsRefusedWithItsPointer(string json, string pointer)
    {
        RuntimeSpec spec = RuntimeSpec.Parse(System.Text.Encoding.UTF8.GetBytes("{\"ociVersion\":\"1.3.0\"," + json[1..]));

        var e = Assert.Throws<UnsupportedSpecException>(() => Compile(spec));

        Assert.Equal(pointer, e.SpecPointer);
        Assert.Contains($"[{pointer}]", e.Message, StringComparison.Ordinal);
        Assert.Equal("web", e.ContainerId);
    }

    [Theory]
    [InlineData("/a/b", "/a/b")]
    [InlineData("a//./b/", "/a/b")]
    [InlineData("/../../a/../b", "/b")]
    [InlineData("/", "/")]
    [InlineData("..", "/")]
    public void Clean_Path_StaysInTheRoot(string path, string expected) => Assert.Equal(expected, RootPaths.Clean(path));

    [Fact]
    public void ToString_Plan_HasALineAStepAndALineALabel()
    {
        ContainerPlan plan = Compile(DefaultSpec.Create());
        string text = plan.ToString();

        Assert.StartsWith("   0 Prepare    close(program)  # closing what was inherited\n", text, StringComparison.Ordinal);
        string[] targets = [.. plan.Steps.SelectMany(s => new[] { s.Operation.OnSuccess, s.Operation.OnError }).OfType<PlanLabel>().Select(l => l.Name).Distinct()];
        Assert.All(targets, t => Assert.Contains($"\n     {t}:\n", text, StringComparison.Ordinal));
        Assert.Equal(plan.Steps.Count + targets.Length, text.Count(c => c == '\n'));
    }
}
