using FsCheck;
using FsCheck.Fluent;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Cgroups;

public class DeviceProgramTests
{
    private static readonly uint[] Numbers = [0, 1, 2, 5, 0x7FFF_FFFF, 0x8000_0000, uint.MaxValue];

    [Fact]
    [Must("config-linux.md#allowed-device-list-1")]
    public void Compile_AnyRules_DecidesAsTheLastRuleForEachWay() => Prop.ForAll(ArbMap.Default.ArbFor<ushort[]>(), seeds =>
    {
        DeviceRule[] rules = [.. seeds.Select(ToRule)];
        ulong[] program = DeviceProgram.Compile(rules);
        foreach (uint type in (ReadOnlySpan<uint>)[1, 2])
        {
            for (uint access = 1; access < 8; access++)
            {
                foreach (uint major in Numbers)
                {
                    foreach (uint minor in Numbers)
                    {
                        if (EbpfInterpreter.Run(program, type, access, major, minor) != IsAllowed(rules, type, access, major, minor))
                        {
                            return false;
                        }
                    }
                }
            }
        }
        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Compile_TooManyRules_Throws() => Assert.Equal("/linux/resources/devices",
        Assert.Throws<InvalidSpecException>(() => DeviceProgram.Compile([.. Enumerable.Range(0, DeviceProgram.MaxRules + 1).Select(i => ToRule((ushort)i))])).SpecPointer);

    // The verifier refuses what it cannot follow, and the jump to the end must not wrap.
    [Theory]
    [Trait("Needs", "root")]
    [InlineData("")]
    [InlineData("deny a")]
    [InlineData("allow a")]
    [InlineData("allow c")]
    [InlineData("deny c")]
    [InlineData("allow c,deny a,allow b")]
    [InlineData("deny c,allow a,deny b")]
    [InlineData("many")]
    public void Compile_Rules_TheKernelTakesThem(string text)
    {
        Requires.Root();
        DeviceRule[] rules = text == "many"
            ? [.. Enumerable.Range(0, DeviceProgram.MaxRules).Select(i => new DeviceRule(i % 3 == 0, 'c', (uint)i, (uint)i, DeviceAccess.Read, ""))]
            : [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(r => new DeviceRule(r.StartsWith("allow", StringComparison.Ordinal), r[^1], r[^1] == 'a' ? null : 8, null, DeviceAccess.All, ""))];

        Errno errno = Libc.BpfLoadDeviceProgram(DeviceProgram.Compile(rules), out SafeFileHandle? program);

        Assert.SkipWhen(errno is Errno.EPERM or Errno.ENOSYS, "Needs bpf(2).");
        Assert.Equal(Errno.None, errno);
        program!.Dispose();
    }

    [Fact]
    public void FindIgnoredByV1_DenialOfAPart_IsTold()
    {
        DeviceRule all = Rule(true, 'c', null, null);
        DeviceRule part = Rule(false, 'c', 1, 11);

        Assert.Contains("denies c 1:11 rwm", Assert.Single(CgroupDeviceRules.FindIgnoredByV1([all, part])));
        Assert.Empty(CgroupDeviceRules.FindIgnoredByV1([part, all]));
        Assert.Empty(CgroupDeviceRules.FindIgnoredByV1([all, Rule(false, 'a', null, null), part]));
        Assert.Empty(CgroupDeviceRules.FindIgnoredByV1([Rule(true, 'c', 1, 11), part]));
        Assert.Empty(CgroupDeviceRules.FindIgnoredByV1([Rule(true, 'b', null, null), part]));
    }

    private static DeviceRule Rule(bool allow, char type, uint? major, uint? minor) => new(allow, type, major, minor, DeviceAccess.All, "/x");

    private static DeviceRule ToRule(ushort seed)
    {
        int way = (seed >> 1) % 7;
        return ((seed >> 4) % 5) switch
        {
            0 when seed % 3 == 0 => new DeviceRule(seed % 2 == 0, 'a', null, null, DeviceAccess.All, ""),
            var kind => new DeviceRule(seed % 2 == 0, kind < 2 ? 'b' : 'c', Pick(seed >> 7), Pick(seed >> 10), (DeviceAccess)(way + 1), ""),
        };

        static uint? Pick(int number) => number % 8 == 7 ? null : Numbers[number % 8];
    }

    // What the design says, in words: all is denied at first, and for each way the last rule that names it decides.
    private static bool IsAllowed(DeviceRule[] rules, uint type, uint access, uint major, uint minor)
    {
        foreach (DeviceAccess way in (ReadOnlySpan<DeviceAccess>)[DeviceAccess.Mknod, DeviceAccess.Read, DeviceAccess.Write])
        {
            DeviceRule? last = rules.LastOrDefault(r => r.Access.HasFlag(way)
                && (r.Type == 'a' || (r.Type == (type == 1 ? 'b' : 'c') && (r.Major ?? major) == major && (r.Minor ?? minor) == minor)));
            if (((DeviceAccess)access).HasFlag(way) && last?.Allow != true)
            {
                return false;
            }
        }
        return true;
    }
}
