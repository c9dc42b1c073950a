using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Seccomp;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Seccomp;

public sealed class SeccompCompilerTests
{
    private const uint Errno1 = SeccompReturn.ErrnoAction | 1;

    private static LinuxSeccomp Profile(string otherwise, params LinuxSyscall[] rules) => new() { DefaultAction = otherwise, Syscalls = rules };

    private static LinuxSyscall Rule(string action, string name, params LinuxSeccompArg[] args) => new() { Names = [name], Action = action, Args = args };

    private static LinuxSeccompArg Arg(uint index, string op, ulong value, ulong? two = null) => new() { Index = index, Op = op, Value = value, ValueTwo = two };

    private static uint Run(LinuxSeccomp spec, SeccompArchitecture abi, string name, params ulong[] args)
    {
        Assert.True(abi.TryGetNumber(name, out uint number));
        return BpfInterpreter.Run(SeccompCompiler.Compile(spec, SeccompArchitecture.X64).Instructions, abi.Audit, number, args);
    }

    [Theory]
    [InlineData("SCMP_ACT_KILL", SeccompReturn.KillThread)]
    [InlineData("SCMP_ACT_KILL_THREAD", SeccompReturn.KillThread)]
    [InlineData("SCMP_ACT_KILL_PROCESS", SeccompReturn.KillProcess)]
    [InlineData("SCMP_ACT_TRAP", SeccompReturn.Trap)]
    [InlineData("SCMP_ACT_ERRNO", Errno1)]
    [InlineData("SCMP_ACT_TRACE", SeccompReturn.Trace | 1)]
    [InlineData("SCMP_ACT_LOG", SeccompReturn.Log)]
    public void Compile_Action_IsReturned(string action, uint expected)
    {
        LinuxSeccomp spec = Profile("SCMP_ACT_ALLOW", Rule(action, "mkdir"));

        Assert.Equal(expected, Run(spec, SeccompArchitecture.X64, "mkdir"));
        Assert.Equal(SeccompReturn.Allow, Run(spec, SeccompArchitecture.X64, "rmdir"));
    }

    [Theory]
    [InlineData("SCMP_CMP_EQ", 0x1_0000_0002, null, 0x1_0000_0002, true)]
    [InlineData("SCMP_CMP_EQ", 0x1_0000_0002, null, 0x2, false)]
    [InlineData("SCMP_CMP_NE", 0x1_0000_0002, null, 0x2, true)]
    [InlineData("SCMP_CMP_LT", 0x1_0000_0002, null, 0x1_0000_0001, true)]
    [InlineData("SCMP_CMP_LT", 0x1_0000_0002, null, 0x1_0000_0002, false)]
    [InlineData("SCMP_CMP_LE", 0x1_0000_0002, null, 0x1_0000_0002, true)]
    [InlineData("SCMP_CMP_LE", 0x1_0000_0002, null, 0x2_0000_0000, false)]
    [InlineData("SCMP_CMP_GT", 0x1_0000_0002, null, 0x2_0000_0000, true)]
    [InlineData("SCMP_CMP_GT", 0x1_0000_0002, null, 0xFFFF_FFFF, false)]
    [InlineData("SCMP_CMP_GE", 0x1_0000_0002, null, 0x1_0000_0002, true)]
    [InlineData("SCMP_CMP_GE", 0x1_0000_0002, null, 0x1_0000_0001, false)]
    [InlineData("SCMP_CMP_MASKED_EQ", 0x3_0000_0001, 0x1_0000_0001L, 0x5_0000_0003, true)]
    [InlineData("SCMP_CMP_MASKED_EQ", 0x3_0000_0001, 0x1_0000_0001L, 0x3_0000_0001, false)]
    public void Compile_Comparison_IsOf64Bits(string op, long value, long? two, long argument, bool holds)
    {
        LinuxSeccomp spec = Profile("SCMP_ACT_ALLOW", Rule("SCMP_ACT_ERRNO", "mkdir", Arg(5, op, (ulong)value, (ulong?)two)));

        Assert.Equal(holds ? Errno1 : SeccompReturn.Allow, Run(spec, SeccompArchitecture.X64, "mkdir", 0, 0, 0, 0, 0, (ulong)argument));
    }

    [Fact]
    public void Compile_SeveralArguments_MustAllHold()
    {
        LinuxSeccomp spec = Profile("SCMP_ACT_ALLOW", Rule("SCMP_ACT_ERRNO", "mkdir", Arg(0, "SCMP_CMP_EQ", 1), Arg(1, "SCMP_CMP_EQ", 2)));

        Assert.Equal(Errno1, Run(spec, SeccompArchitecture.X64, "mkdir", 1, 2));
        Assert.Equal(SeccompReturn.Allow, Run(spec, SeccompArchitecture.X64, "mkdir", 1, 3));
        Assert.Equal(SeccompReturn.Allow, Run(spec, SeccompArchitecture.X64, "mkdir", 0, 2));
    }

    [Fact]
    public void Compile_OneArgumentTwice_MeansEither()
    {
        LinuxSeccomp spec = Profile("SCMP_ACT_ALLOW", Rule("SCMP_ACT_ERRNO", "mkdir", Arg(0, "SCMP_CMP_EQ", 1), Arg(0, "SCMP_CMP_EQ", 2)));

        Assert.Equal(Errno1, Run(spec, SeccompArchitecture.X64, "mkdir", 1));
        Assert.Equal(Errno1, Run(spec, SeccompArchitecture.X64, "mkdir", 2));
        Assert.Equal(SeccompReturn.Allow, Run(spec, SeccompArchitecture.X64, "mkdir", 3));
    }

    [Fact]
    public void Compile_NewerThanTheProfile_GivesEnosysUnlessLetThrough()
    {
        LinuxSyscall rule = Rule("SCMP_ACT_ALLOW", "openat2");

        Assert.Equal(SeccompReturn.NoSuchCall, Run(Profile("SCMP_ACT_ERRNO", rule), SeccompArchitecture.X64, "faccessat2"));
        Assert.Equal(SeccompReturn.NoSuchCall, Run(Profile("SCMP_ACT_KILL", rule), SeccompArchitecture.X64, "faccessat2"));
        Assert.Equal(Errno1, Run(Profile("SCMP_ACT_ERRNO", rule), SeccompArchitecture.X64, "close_range"));
        Assert.Equal(SeccompReturn.Log, Run(Profile("SCMP_ACT_LOG", rule), SeccompArchitecture.X64, "faccessat2"));
    }

    [Fact]
    public void Compile_ArchitectureThatIsNotListed_Kills()
    {
        LinuxSeccomp spec = Profile("SCMP_ACT_ALLOW");

        Assert.Equal(SeccompReturn.Allow, Run(spec, SeccompArchitecture.X64, "read"));
        Assert.Equal(SeccompReturn.KillThread, Run(spec, SeccompArchitecture.X86, "read"));
        Assert.Equal(SeccompReturn.KillThread, Run(spec, SeccompArchitecture.X32, "read"));
        Assert.Equal(SeccompReturn.KillThread, Run(spec, SeccompArchitecture.Arm64, "read"));
        Assert.Equal(SeccompReturn.Allow, Run(spec with { Architectures = ["SCMP_ARCH_X32"] }, SeccompArchitecture.X32, "read"));
    }

    [Fact]
    public void Compile_SocketOfX86_IsReachedBySocketcallToo()
    {
        LinuxSeccomp spec = Profile("SCMP_ACT_ALLOW", Rule("SCMP_ACT_ERRNO", "connect"), Rule("SCMP_ACT_ERRNO", "shmget")) with { Architectures = ["SCMP_ARCH_X86"] };

        Assert.Equal(Errno1, Run(spec, SeccompArchitecture.X86, "connect"));
        Assert.Equal(Errno1, Run(spec, SeccompArchitecture.X86, "socketcall", 3));
        Assert.Equal(SeccompReturn.Allow, Run(spec, SeccompArchitecture.X86, "socketcall", 2));
        Assert.Equal(Errno1, Run(spec, SeccompArchitecture.X86, "ipc", 23));
    }

    [Fact]
    public void Compile_ManyConditions_ReachesFartherThanAJump()
    {
        LinuxSyscall[] rules = [.. Enumerable.Range(0, 600).Select(i => Rule("SCMP_ACT_ERRNO", "mkdir", Arg(0, "SCMP_CMP_EQ", (ulong)(i * 2)))), Rule("SCMP_ACT_TRAP", "read")];
        LinuxSeccomp spec = Profile("SCMP_ACT_ALLOW", rules);

        Assert.True(SeccompCompiler.Compile(spec, SeccompArchitecture.X64).Instructions.Count > 2000);
        foreach (int i in Enumerable.Range(0, 1200))
        {
            Assert.Equal(i % 2 == 0 ? Errno1 : SeccompReturn.Allow, Run(spec, SeccompArchitecture.X64, "mkdir", (ulong)i));
        }
        Assert.Equal(SeccompReturn.Trap, Run(spec, SeccompArchitecture.X64, "read"));
    }

    [Fact]
    public void Compile_MoreThanTheKernelTakes_IsRefused()
    {
        LinuxSyscall[] rules = [.. Enumerable.Range(0, 2000).Select(i => Rule("SCMP_ACT_ERRNO", "mkdir", Arg(0, "SCMP_CMP_EQ", (ulong)i)))];

        var e = Assert.Throws<InvalidSpecException>(() => SeccompCompiler.Compile(Profile("SCMP_ACT_ALLOW", rules), SeccompArchitecture.X64));

        Assert.Equal("/linux/seccomp/syscalls", e.SpecPointer);
        Assert.Contains("4096", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_UnknownNames_AreLeftOutAndSaid()
    {
        SeccompFilter filter = SeccompCompiler.Compile(Profile("SCMP_ACT_ALLOW", Rule("SCMP_ACT_ERRNO", "no_such_call"), Rule("SCMP_ACT_ERRNO", "set_tls")), SeccompArchitecture.X64);

        Assert.Equal(["no_such_call"], filter.UnknownNames);
    }

    [Fact]
    public void Compile_Flags_AreTheKernels()
    {
        LinuxSeccomp spec = Profile("SCMP_ACT_ALLOW");
        SeccompFlags Flags(LinuxSeccomp s) => SeccompCompiler.Compile(s, SeccompArchitecture.X64).Flags;

        Assert.Equal(SeccompFlags.SECCOMP_FILTER_FLAG_SPEC_ALLOW, Flags(spec));
        Assert.Equal(SeccompFlags.None, Flags(spec with { Flags = [] }));
        Assert.Equal(SeccompFlags.SECCOMP_FILTER_FLAG_LOG, Flags(spec with { Flags = ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_TSYNC"] }));
    }

    [Fact]
    public void Get_EqualProfiles_AreCompiledOnce()
    {
        LinuxSeccomp Make(string action) => Profile("SCMP_ACT_ALLOW", Rule(action, "mkdir"));
        SeccompFilter first = SeccompFilterCache.Get(Make("SCMP_ACT_ERRNO"), SeccompArchitecture.X64);

        Assert.Same(first, SeccompFilterCache.Get(Make("SCMP_ACT_ERRNO"), SeccompArchitecture.X64));
        Assert.NotEqual(first.Fingerprint, SeccompFilterCache.Get(Make("SCMP_ACT_TRAP"), SeccompArchitecture.X64).Fingerprint);
        Assert.NotSame(first, SeccompFilterCache.Get(Make("SCMP_ACT_ERRNO"), SeccompArchitecture.Arm64));
    }

    [Theory]
    [InlineData(ProgramArchitecture.X64)]
    [InlineData(ProgramArchitecture.Arm64)]
    internal void CreateDefault_Filter_IsSmallAndKnowsAllItsNames(ProgramArchitecture architecture)
    {
        SeccompFilter filter = SeccompCompiler.Compile(SeccompProfiles.CreateDefault(null, architecture), SeccompArchitecture.Native(architecture));

        Assert.Empty(filter.UnknownNames);
        // libseccomp's takes a comparison for each call: 1,500 instructions and more.
        Assert.InRange(filter.Instructions.Count, 100, 900);
    }
}
