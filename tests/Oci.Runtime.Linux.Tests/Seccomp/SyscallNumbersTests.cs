using System.Text.RegularExpressions;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Seccomp;

namespace Oci.Runtime.Linux.Tests.Seccomp;

/// <summary>The tables against the kernel's headers and libseccomp's, where a machine has them.</summary>
public sealed partial class SyscallNumbersTests
{
    [Theory]
    [InlineData("SCMP_ARCH_X86_64", "/usr/include/x86_64-linux-gnu/asm/unistd_64.h")]
    [InlineData("SCMP_ARCH_X86", "/usr/include/x86_64-linux-gnu/asm/unistd_32.h")]
    [InlineData("SCMP_ARCH_X32", "/usr/include/x86_64-linux-gnu/asm/unistd_x32.h")]
    public void Table_EqualsTheKernelsHeader(string name, string header)
    {
        Assert.SkipUnless(File.Exists(header), $"Needs {header} (Debian: apt-get install linux-libc-dev).");
        SeccompArchitecture abi = SeccompArchitecture.Find(name)!;
        var expected = Definition().Matches(File.ReadAllText(header))
            .ToDictionary(m => m.Groups["name"].Value, m => uint.Parse(m.Groups["number"].Value) | abi.NumberBase);

        Assert.NotEmpty(expected);
        AssertHas(abi, expected);
    }

    [Fact]
    public async Task TableOfArm64_EqualsTheKernelsHeader()
    {
        string compiler = Requires.Tool("aarch64-linux-gnu-gcc");
        string[] names = [.. Definition().Matches(await Preprocess("-dM", "#include <asm/unistd.h>\n"))
            .Select(m => m.Groups["name"].Value).Where(n => n is not ("syscalls" or "arch_specific_syscall"))];
        string values = await Preprocess("-P", "#include <asm/unistd.h>\n" + string.Concat(names.Select(n => $"@ {n}@ = __NR_{n} ;\n")));
        var expected = Value().Matches(values).ToDictionary(m => m.Groups["name"].Value, m => Sum(m.Groups["value"].Value));

        Assert.Equal(names.Length, expected.Count);
        AssertHas(SeccompArchitecture.Arm64, expected);

        async Task<string> Preprocess(string option, string source)
        {
            using var folder = new TempDirectory();
            string file = folder.Combine("a.c");
            await File.WriteAllTextAsync(file, source);
            return (await ToolResult.RunAsync(compiler, ["-E", option, file])).EnsureSuccess().Output;
        }

        static uint Sum(string text) => (uint)Number().Matches(text).Sum(m => int.Parse(m.Value));
    }

    [Theory]
    [InlineData("SCMP_ARCH_X86_64")]
    [InlineData("SCMP_ARCH_X86")]
    [InlineData("SCMP_ARCH_X32")]
    [InlineData("SCMP_ARCH_AARCH64")]
    [InlineData("SCMP_ARCH_ARM")]
    public void Table_AgreesWithLibseccomp(string name)
    {
        LibSeccomp.Require();
        SeccompArchitecture abi = SeccompArchitecture.Find(name)!;
        int compared = 0;
        foreach (uint number in Enumerable.Range(0, 600).Concat(Enumerable.Range(0xF0000, 16)).Select(n => (uint)n | abi.NumberBase))
        {
            if (LibSeccomp.Name(abi, number) is string known)
            {
                Assert.True(abi.TryGetNumber(known, out uint ours), $"{known} is missing.");
                Assert.Equal(number, ours);
                compared++;
            }
        }
        Assert.True(compared > 250, $"{compared} were compared.");
    }

    [Fact]
    public void Table_HasEveryCallOfAPlan()
    {
        foreach (SystemCall call in Enum.GetValues<SystemCall>().Where(c => c != SystemCall.compare))
        {
            Assert.Equal(SystemCalls.Number(call, ProgramArchitecture.X64), SyscallNumbers.X64[call.ToString()]);
            Assert.Equal(SystemCalls.Number(call, ProgramArchitecture.Arm64), SyscallNumbers.Arm64[call.ToString()]);
        }
    }

    private static void AssertHas(SeccompArchitecture abi, Dictionary<string, uint> expected)
    {
        foreach ((string name, uint number) in expected)
        {
            Assert.True(abi.TryGetNumber(name, out uint ours), $"{name} is missing.");
            Assert.Equal((name, number), (name, ours));
        }
    }

    [GeneratedRegex(@"#define __NR_(?<name>\w+)[ \t]+\(?(?:__X32_SYSCALL_BIT \+ )?(?<number>\w+)")]
    private static partial Regex Definition();

    [GeneratedRegex(@"@ (?<name>\w+)@ =\s*(?<value>[^;]+?)\s*;")]
    private static partial Regex Value();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();
}
