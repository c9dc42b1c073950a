using System.Collections.Frozen;
using System.Globalization;

namespace Oci.Runtime.Linux.Seccomp;

/// <summary>Names and numbers of system calls by ABI. The tables are texts: <c>N:</c> is the number of the name after it.</summary>
internal static partial class SyscallNumbers
{
    public static FrozenDictionary<string, uint> X64 => LazyX64.Value;

    public static FrozenDictionary<string, uint> X86 => LazyX86.Value;

    public static FrozenDictionary<string, uint> X32 => LazyX32.Value;

    public static FrozenDictionary<string, uint> Arm64 => LazyArm64.Value;

    public static FrozenDictionary<string, uint> Arm => LazyArm.Value;

    private static readonly Lazy<FrozenDictionary<string, uint>> LazyX64 = new(() => Parse(X64Text));
    private static readonly Lazy<FrozenDictionary<string, uint>> LazyX86 = new(() => Parse(X86Text));
    private static readonly Lazy<FrozenDictionary<string, uint>> LazyX32 = new(() => Parse(X32Text));
    private static readonly Lazy<FrozenDictionary<string, uint>> LazyArm64 = new(() => Parse(Arm64Text));
    private static readonly Lazy<FrozenDictionary<string, uint>> LazyArm = new(() => Parse(ArmText));

    /// <summary>Whether any of the ABIs has a system call of that name.</summary>
    public static bool IsKnown(string name) =>
        X64.ContainsKey(name) || X86.ContainsKey(name) || Arm64.ContainsKey(name) || Arm.ContainsKey(name) || X32.ContainsKey(name);

    private static FrozenDictionary<string, uint> Parse(string text)
    {
        var numbers = new Dictionary<string, uint>(StringComparer.Ordinal);
        uint next = 0;
        foreach (string word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (word[^1] == ':')
            {
                next = uint.Parse(word.AsSpan(0, word.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture);
            }
            else
            {
                numbers.Add(word, next++);
            }
        }
        return numbers.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
