using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Planning;

/// <summary>Plans are compared as text: no root, no side effect, any machine.</summary>
public sealed class PlanOptionsTests
{
    private static readonly HostFacts s_host = new() { Architecture = ProgramArchitecture.X64 };

    private static ContainerPlan Compile(RuntimeSpec spec, PlanOptions? options = null) => PlanCompiler.Compile("web", spec, "/bundle", s_host, [], options);

    private static string[] Calls(ContainerPlan plan, Func<PlanStep, bool> predicate) => [.. plan.Steps.Where(predicate).Select(s => s.ToString().Split("  #")[0])];

    [Fact]
    public void Compile_Terminal_IsMadeByDescriptors()
    {
        RuntimeSpec spec = DefaultSpec.Create();
        spec = spec with { Process = spec.Process! with { Terminal = true, ConsoleSize = new ConsoleSize { Height = 24, Width = 80 }, User = new UserSpec { Uid = 7 } } };

        ContainerPlan plan = Compile(spec);

        Assert.Equal(
            [
                "fstatfs(pts, statfs)",
                "compare(statfs, 0xffffffffffffffff, 0x1cd1, -ENODEV, 0)",
                "openat2(pts, \"ptmx\", {O_RDWR|O_NOCTTY, RESOLVE_BENEATH|RESOLVE_NO_XDEV|RESOLVE_NO_SYMLINKS}, 24) -> master",
                "close(pts)",
                "ioctl(master, TIOCSPTLCK, {0})",
                "ioctl(master, TIOCGPTN, terminal)",
                "ioctl(master, TIOCGPTPEER, O_RDWR|O_NOCTTY) -> terminal",
                "fchownat(terminal, \"\", 7, -1, AT_EMPTY_PATH) tolerates EINVAL|EPERM|EROFS",
                "ioctl(master, TIOCSWINSZ, {24 rows, 80 columns})",
            ],
            Calls(plan, s => s.Label is "opening a terminal in /dev/pts" or "giving the terminal to user 7" or "setting the terminal to 24 rows of 80").SkipWhile(c => !c.StartsWith("fstatfs", StringComparison.Ordinal)));
        Assert.Equal(
            ["setsid()", "dup3(terminal, 0, 0)", "dup3(terminal, 1, 0)", "dup3(terminal, 2, 0)", "ioctl(0, TIOCSCTTY, 0)", "close(terminal)"],
            Calls(plan, s => s.Label is "making the terminal the controlling one"));
        Assert.Equal(
            "open_tree(terminal, \"\", OPEN_TREE_CLONE|AT_EMPTY_PATH) -> tree",
            Assert.Single(Calls(plan, s => s.Label is "binding the terminal at /dev/console" && s.Syscall is "open_tree")));
    }

    [Fact]
    public void Compile_NoTerminal_HasNoStepOfOne()
    {
        RuntimeSpec spec = DefaultSpec.Create();

        Assert.Equal(
            Compile(spec),
            Compile(spec with { Process = spec.Process! with { ConsoleSize = new ConsoleSize { Height = 24, Width = 80 } } }));
    }

    [Fact]
    public void Compile_PreservedDescriptors_ChangePlacesFirst()
    {
        ContainerPlan plan = Compile(DefaultSpec.Create(), new PlanOptions { PreservedDescriptors = 2 });

        Assert.Equal(
            [
                "close(program)",
                "dup3(4, 9, O_CLOEXEC)",
                "dup3(5, 10, O_CLOEXEC)",
                "dup3(6, 11, O_CLOEXEC)",
                "compare(0, 0, 0, 0, parent) -> report",
                "dup3(7, 3, 0)",
                "dup3(8, 4, 0)",
                "close_range(5, 8, 0)",
                "close_range(12, 0xffffffff, 0)",
            ],
            Calls(plan, s => s.Index < 9));
        Assert.Equal(["close_range(12, 0xffffffff, 0)", "close_range(5, 0xffffffff, CLOSE_RANGE_CLOEXEC)"], Calls(plan, s => s.Label is "closing what the program must not get"));
    }

    [Fact]
    public void Compile_OwnPipes_AreGivenToTheUser()
    {
        RuntimeSpec spec = DefaultSpec.Create();
        RuntimeSpec user = spec with { Process = spec.Process! with { User = new UserSpec { Uid = 7 } } };
        static bool IsGift(PlanStep step) => step.Label is "giving the standard streams to user 7";

        Assert.Equal(3, Compile(user, new PlanOptions { OwnsStreams = true }).Steps.Count(IsGift));
        Assert.DoesNotContain(Compile(user).Steps, IsGift);
        Assert.DoesNotContain(Compile(user with { Process = user.Process! with { Terminal = true } }, new PlanOptions { OwnsStreams = true }).Steps, IsGift);
        Assert.Equal(Compile(spec), Compile(spec, new PlanOptions { OwnsStreams = true }));
    }

    [Fact]
    public void Compile_NoPivotRoot_HidesTheHostsProcAndSys()
    {
        ContainerPlan plan = Compile(DefaultSpec.Create(), new PlanOptions { NoPivotRoot = true });

        Assert.Equal(["fchdir(root)", "mount(\".\", \"/\", 0, MS_MOVE, 0)", "chroot(\".\")", "chdir(\"/\")", "close(root)"], Calls(plan, s => s.Label is "moving the root filesystem to the root"));
        Assert.Equal(2, plan.Steps.Count(s => s.Syscall is "umount2" && s.Label.StartsWith("hiding the host's", StringComparison.Ordinal)));
    }
}
