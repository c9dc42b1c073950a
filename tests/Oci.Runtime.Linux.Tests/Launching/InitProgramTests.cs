using Oci.Common.Linux;
using Oci.Runtime.Linux.Planning;

namespace Oci.Runtime.Linux.Tests.Launching;

/// <summary>What the interpreter promises, tried with classic system calls on both architectures.</summary>
public sealed class InitProgramTests
{
    public static TheoryData<int> Architectures => [(int)ProgramArchitecture.X64, (int)ProgramArchitecture.Arm64];

    private static PlanBuilder Builder(int architecture)
    {
        Requires.Linux();
        if ((ProgramArchitecture)architecture != ProgramArchitectures.Current)
        {
            Assert.SkipUnless((ProgramArchitecture)architecture == ProgramArchitecture.Arm64, "There is no emulator for x64 here.");
            Requires.Tool("qemu-aarch64-static");
        }
        return new PlanBuilder((ProgramArchitecture)architecture);
    }

    private static void Exit(PlanBuilder builder, PlanArgument code) => builder.Add(SystemCall.exit_group, [code]);

    private static void Print(PlanBuilder builder, string text) =>
        builder.Add(SystemCall.write, [1, builder.Text(text), text.Length], isExact: true);

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task Run_Steps_InOrderWithStrings(int architecture)
    {
        PlanBuilder builder = Builder(architecture);
        Print(builder, "one ");
        Print(builder, "two");
        Exit(builder, 7);

        InitRun run = await InitRun.ExecuteAsync(builder);

        Assert.Equal(new InitRun(7, "one two", null, -1), run);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task Run_ErrorNotTolerated_ReportsStepAndErrno(int architecture)
    {
        PlanBuilder builder = Builder(architecture);
        Print(builder, "before");
        builder.Add(SystemCall.openat, [-100, builder.Text("/no/such/file"), 0, 0], [Errno.EACCES, Errno.EPERM]);
        Print(builder, "after");
        Exit(builder, 0);

        InitRun run = await InitRun.ExecuteAsync(builder);

        Assert.Equal(new InitRun(255, "before", Errno.ENOENT, 1), run);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task Run_ErrorTolerated_GoesOnAtItsLabel(int architecture)
    {
        PlanBuilder builder = Builder(architecture);
        PlanLabel missing = builder.NewLabel();
        builder.Add(
            SystemCall.openat,
            [-100, builder.Text("/no/such/file"), 0, 0],
            [Errno.EPERM, Errno.EACCES, Errno.ELOOP, Errno.EROFS, Errno.EIO, Errno.EBUSY, Errno.ENOTDIR, Errno.ENOENT],
            onError: missing);
        Print(builder, "skipped");
        builder.Place(missing);
        Print(builder, "reached");
        Exit(builder, 0);

        Assert.Equal(new InitRun(0, "reached", null, -1), await InitRun.ExecuteAsync(builder));
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task Run_Success_GoesOnAtItsLabel(int architecture)
    {
        PlanBuilder builder = Builder(architecture);
        PlanLabel found = builder.NewLabel();
        builder.Add(SystemCall.openat, [-100, builder.Text("/"), 0, 0], onSuccess: found);
        Print(builder, "skipped");
        builder.Place(found);
        Exit(builder, 0);

        Assert.Equal(new InitRun(0, "", null, -1), await InitRun.ExecuteAsync(builder));
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task Run_ResultInSlot_IsArgumentLater(int architecture)
    {
        PlanBuilder builder = Builder(architecture);
        PlanCell file = PlanCell.Slot("file");
        PlanCell buffer = new("buffer", new byte[64]);
        PlanCell length = PlanCell.Slot("length");
        builder.Add(SystemCall.openat, [-100, builder.Text("/proc/self/comm"), 0, 0], result: file);
        builder.Add(SystemCall.read, [file, PlanArgument.AddressOf(buffer), 64], result: length);
        builder.Add(SystemCall.write, [1, PlanArgument.AddressOf(buffer), length], isExact: true);
        Exit(builder, length);

        InitRun run = await InitRun.ExecuteAsync(builder);

        Assert.NotEmpty(run.Output);
        Assert.Equal(run.Output.Length, run.ExitCode);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task Run_ShortResultOfExactStep_IsInputOutputError(int architecture)
    {
        PlanBuilder builder = Builder(architecture);
        PlanCell file = PlanCell.Slot("file");
        PlanCell buffer = new("buffer", new byte[64]);
        builder.Add(SystemCall.openat, [-100, builder.Text("/dev/null"), 0, 0], result: file);
        builder.Add(SystemCall.read, [file, PlanArgument.AddressOf(buffer), 64], isExact: true);
        Exit(builder, 0);

        Assert.Equal(new InitRun(255, "", Errno.EIO, 1), await InitRun.ExecuteAsync(builder));
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task Run_Compare_TestsUnderMaskAndMoves(int architecture)
    {
        PlanBuilder builder = Builder(architecture);
        PlanCell slot = PlanCell.Slot("slot", 0x1234);
        PlanLabel equal = builder.NewLabel();
        builder.Expect(slot, 0xff, 0x34, Errno.ENOTDIR);
        builder.JumpIf(slot, 0xff00, 0x1200, equal);
        Exit(builder, 1);
        builder.Place(equal);
        builder.JumpIf(slot, 0xff00, 0x1300, equal);
        builder.Move(slot, 42);
        builder.Expect(slot, -1, 42, Errno.ENOTDIR);
        builder.Expect(slot, -1, 43, Errno.ENOTUNIQ);
        Exit(builder, 0);

        InitRun run = await InitRun.ExecuteAsync(builder);

        Assert.Equal(new InitRun(255, "", Errno.ENOTUNIQ, 6), run);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task Run_Execve_HasArgumentsAndEnvironment(int architecture)
    {
        PlanBuilder builder = Builder(architecture);
        PlanCell argv = builder.TextArray("argv", ["sh", "-c", "echo \"$0 $A\"; exit 3", "zero"]);
        PlanCell envp = builder.TextArray("envp", ["A=b c"]);
        builder.Add(SystemCall.execve, [builder.Text("/bin/sh"), PlanArgument.AddressOf(argv), PlanArgument.AddressOf(envp)]);

        Assert.Equal(new InitRun(3, "zero b c\n", null, -1), await InitRun.ExecuteAsync(builder));
    }

    [Fact]
    public void Encode_PlanThatFallsOffItsEnd_Throws()
    {
        var builder = new PlanBuilder(ProgramArchitecture.X64);
        builder.Add(SystemCall.getpid, []);

        Assert.Throws<InvalidOperationException>(
            () => ProgramEncoder.Encode(new ContainerPlan("test", ProgramArchitecture.X64, builder.Steps, new PlanHandshake()), 4));
    }

    [Fact]
    public void Encode_ArgumentsOverTheLimit_Throws()
    {
        var builder = new PlanBuilder(ProgramArchitecture.X64);
        builder.Add(SystemCall.write, [1, builder.Text(new string('x', ProgramLayout.MaxSize)), 1]);
        builder.Add(SystemCall.exit_group, [0]);

        var e = Assert.Throws<ContainerException>(
            () => ProgramEncoder.Encode(new ContainerPlan("test", ProgramArchitecture.X64, builder.Steps, new PlanHandshake()), 4));
        Assert.Equal((int)Errno.E2BIG, e.Errno);
    }
}
