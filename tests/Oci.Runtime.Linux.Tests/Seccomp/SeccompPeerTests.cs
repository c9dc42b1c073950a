using FsCheck;
using FsCheck.Fluent;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Seccomp;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Seccomp;

/// <summary>Our filters and libseccomp's answer alike, apart from ENOSYS for what is newer than a profile, which runc adds.</summary>
public sealed class SeccompPeerTests
{
    private static readonly SeccompArchitecture[] All =
        [SeccompArchitecture.X64, SeccompArchitecture.X32, SeccompArchitecture.X86, SeccompArchitecture.Arm64, SeccompArchitecture.Arm];

    [Fact]
    public void Compile_AnyProfile_MeansWhatItsRulesSay() => CompareMany(isForPeer: false);

    [Fact]
    public void Compile_AnyProfile_AnswersAsLibseccomp()
    {
        LibSeccomp.Require();
        Assert.SkipUnless(ProgramArchitectures.Current == ProgramArchitecture.X64, "The peer's native ABI is compared on x64.");
        CompareMany(isForPeer: true);
    }

    private static void CompareMany(bool isForPeer)
    {
        int compared = 0;
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var source = new ProfileSource(seed, isForPeer);
            LinuxSeccomp spec = source.Next();
            var pair = new Pair(spec, isForPeer);
            uint[] random = [.. Enumerable.Range(0, 20).Select(_ => source.Number())];
            foreach (SeccompArchitecture abi in All)
            {
                uint[] named = [.. spec.Syscalls!.SelectMany(r => r.Names).Select(n => abi.TryGetNumber(n, out uint number) ? number : 0)];
                foreach (uint number in named.Concat(named.Select(n => n + 1)).Concat(random).Append(uint.MaxValue).Append(102u).Append(117u).Distinct())
                {
                    for (int i = 0; i < 4; i++)
                    {
                        compared += pair.AssertAlike(abi, number, [.. Enumerable.Range(0, 6).Select(_ => source.Argument())]);
                    }
                }
            }
        }).QuickCheckThrowOnFailure();
        Assert.True(compared > 10_000, $"{compared} calls were compared.");
    }

    [Theory]
    [InlineData]
    [InlineData("CAP_SYS_ADMIN", "CAP_SYS_PTRACE", "CAP_SYSLOG")]
    public void CreateDefault_AnyCall_IsAnsweredAsByLibseccomp(params string[] capabilities)
    {
        LibSeccomp.Require();
        Assert.SkipUnless(ProgramArchitectures.Current == ProgramArchitecture.X64, "The peer's native ABI is compared on x64.");
        var source = new ProfileSource(1);
        var pair = new Pair(SeccompProfiles.CreateDefault(new LinuxCapabilities { Bounding = capabilities }, ProgramArchitecture.X64), isForPeer: true);
        int compared = 0;
        foreach (SeccompArchitecture abi in All)
        {
            foreach (uint number in Enumerable.Range(0, 700).Select(n => (uint)n | abi.NumberBase).Append(uint.MaxValue))
            {
                ulong[] families = [.. Enumerable.Range(0, 50).Select(n => (ulong)n)];
                foreach (ulong first in families.Append(0x7E020000UL).Append(0x11UL).Append(0x10000011UL).Append(0xffffffffUL).Append(source.Argument()))
                {
                    compared += pair.AssertAlike(abi, number, [first, source.Argument(), 0, 0, 0, 0]);
                }
            }
        }
        Assert.True(compared > 100_000, $"{compared} calls were compared.");
    }

    private sealed class Pair
    {
        private readonly LinuxSeccomp _spec;
        private readonly SeccompFilter _ours;
        private readonly BpfInstruction[]? _theirs;
        private readonly uint _otherwise;
        private readonly SeccompArchitecture[] _abis;
        private readonly Dictionary<SeccompArchitecture, uint> _newest;

        public Pair(LinuxSeccomp spec, bool isForPeer)
        {
            _spec = spec;
            _ours = SeccompCompiler.Compile(spec, SeccompArchitecture.X64);
            _abis = [.. spec.Architectures!.Select(a => SeccompArchitecture.Find(a)!).Append(SeccompArchitecture.X64).Distinct()];
            _theirs = isForPeer ? LibSeccomp.Compile(spec, _abis) : null;
            _otherwise = SeccompReturn.Of(spec.DefaultAction, spec.DefaultErrnoRet);
            _newest = _abis.ToDictionary(abi => abi, abi => spec.Syscalls!.SelectMany(r => r.Names).Max(n => abi.TryGetNumber(n, out uint number) ? number : 0));
        }

        public int AssertAlike(SeccompArchitecture abi, uint number, ulong[] arguments)
        {
            // x86-64 and x32 are told apart by the number alone.
            if (abi.Audit == SeccompArchitecture.X64.Audit)
            {
                abi = number >= SeccompArchitecture.X32Bit ? SeccompArchitecture.X32 : SeccompArchitecture.X64;
            }
            uint ours = BpfInterpreter.Run(_ours.Instructions, abi.Audit, number, arguments);
            if (_newest.GetValueOrDefault(abi) is > 0 and uint newest && number > newest && !SeccompReturn.LetsThrough(_otherwise))
            {
                Assert.True(SeccompReturn.NoSuchCall == ours, Describe(ours, SeccompReturn.NoSuchCall));
                return 1;
            }
            if (_theirs is null ? IsMultiplexer(abi, number) : IsNewerThanTheirs(abi, number))
            {
                return 0;
            }
            uint theirs = _theirs is null ? ProfileOracle.Answer(_spec, _abis, abi, number, arguments) : BpfInterpreter.Run(_theirs, abi.Audit, number, arguments);
            Assert.True(theirs == ours, Describe(ours, theirs));
            return 1;

            string Describe(uint is_, uint due) =>
                $"{abi.Name} call {number:x} ({string.Join(", ", arguments.Select(a => a.ToString("x")))}) gives {is_:x8}, {due:x8} is due; "
                + $"{RuntimeSpecText(_spec)}";
        }

        /// <summary>socketcall and ipc of x86, whose rules are others' too: those are compared with libseccomp alone.</summary>
        private static bool IsMultiplexer(SeccompArchitecture abi, uint number) => abi.HasMultiplexedCalls && number is 102 or 117;

        /// <summary>Calls that this libseccomp has no name for.</summary>
        private static bool IsNewerThanTheirs(SeccompArchitecture abi, uint number) =>
            number != uint.MaxValue && ((number & ~abi.NumberBase) is > LibSeccomp.Newest and < 512 || (abi == SeccompArchitecture.X64 && number is 335));

        private static string RuntimeSpecText(LinuxSeccomp spec) =>
            System.Text.Json.JsonSerializer.Serialize(spec, SpecJsonContext.Default.LinuxSeccomp);
    }
}
