using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Seccomp;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Seccomp;

/// <summary>Compiles a profile with the system's libseccomp, by the calls that runc makes: the peer that ours must agree with.</summary>
internal static unsafe partial class LibSeccomp
{
    private const string Library = "libseccomp.so.2";
    private const int AlreadyThere = -17;

    /// <summary>The last number that this version of libseccomp knows: what is newer cannot be compared.</summary>
    public const uint Newest = 450;

    public static void Require() =>
        Assert.SkipUnless(NativeLibrary.TryLoad(Library, out _), "Needs libseccomp.so.2 (Debian: apt-get install libseccomp2).");

    /// <summary>What libseccomp calls an ABI: the audit architecture, but for x32.</summary>
    public static uint Token(SeccompArchitecture abi) => abi == SeccompArchitecture.X32 ? 0x4000003Eu : abi.Audit;

    public static string? Name(SeccompArchitecture abi, uint number)
    {
        byte* name = seccomp_syscall_resolve_num_arch(Token(abi), (int)number);
        string? text = Marshal.PtrToStringUTF8((nint)name);
        NativeMemory.Free(name);
        return text;
    }

    public static BpfInstruction[] Compile(LinuxSeccomp spec, IReadOnlyList<SeccompArchitecture> abis)
    {
        uint otherwise = SeccompReturn.Of(spec.DefaultAction, spec.DefaultErrnoRet);
        nint filter = seccomp_init(otherwise);
        Assert.NotEqual(0, filter);
        try
        {
            foreach (SeccompArchitecture abi in abis)
            {
                int result = seccomp_arch_add(filter, Token(abi));
                Assert.True(result is 0 or AlreadyThere, $"seccomp_arch_add: {result}");
            }
            foreach (LinuxSyscall rule in spec.Syscalls ?? [])
            {
                uint value = SeccompReturn.Of(rule.Action, rule.ErrnoRet);
                foreach (string name in value == otherwise ? [] : rule.Names)
                {
                    Add(filter, name, value, [.. (rule.Args ?? []).Select(Comparison.Of)]);
                }
            }
            return Export(filter);
        }
        finally
        {
            seccomp_release(filter);
        }
    }

    private static void Add(nint filter, string name, uint value, Comparison[] conditions)
    {
        int number = seccomp_syscall_resolve_name(name);
        if (number == -1)
        {
            return;
        }
        if (conditions.DistinctBy(c => c.Arg).Count() < conditions.Length)
        {
            foreach (Comparison condition in conditions)
            {
                AddRule([condition]);
            }
            return;
        }
        AddRule(conditions);

        void AddRule(Comparison[] together)
        {
            fixed (Comparison* array = together)
            {
                int result = seccomp_rule_add_array(filter, value, number, (uint)together.Length, array);
                Assert.True(result is 0 or AlreadyThere, $"seccomp_rule_add {name}: {result}");
            }
        }
    }

    private static BpfInstruction[] Export(nint filter)
    {
        Assert.Equal(Errno.None, Libc.MemfdCreate("filter\0"u8, 0, out SafeFileHandle? file));
        using (file)
        {
            Assert.Equal(0, seccomp_export_bpf(filter, (int)file!.DangerousGetHandle()));
            byte[] content = new byte[RandomAccess.GetLength(file)];
            Assert.Equal(content.Length, RandomAccess.Read(file, content, 0));
            return MemoryMarshal.Cast<byte, BpfInstruction>(content).ToArray();
        }
    }

    /// <summary>struct scmp_arg_cmp.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Comparison
    {
        private static readonly string[] Operators =
            ["", "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_EQ", "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ"];

        public uint Arg;
        public int Op;
        public ulong First;
        public ulong Second;

        public static Comparison Of(LinuxSeccompArg arg) => new()
        {
            Arg = arg.Index,
            Op = Array.IndexOf(Operators, arg.Op),
            First = arg.Value,
            Second = arg.ValueTwo ?? 0,
        };
    }

    [LibraryImport(Library)]
    private static partial nint seccomp_init(uint action);

    [LibraryImport(Library)]
    private static partial void seccomp_release(nint filter);

    [LibraryImport(Library)]
    private static partial int seccomp_arch_add(nint filter, uint architecture);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int seccomp_syscall_resolve_name(string name);

    [LibraryImport(Library)]
    private static partial byte* seccomp_syscall_resolve_num_arch(uint architecture, int number);

    [LibraryImport(Library)]
    private static partial int seccomp_rule_add_array(nint filter, uint action, int number, uint count, Comparison* array);

    [LibraryImport(Library)]
    private static partial int seccomp_export_bpf(nint filter, int descriptor);
}
