using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Seccomp;

/// <summary>A condition on an argument, brought down to what filters can do: equal under a mask, greater, or greater or equal.</summary>
/// <param name="Index">Which argument, 0 to 5.</param>
/// <param name="Test">What is compared.</param>
/// <param name="IsNegated">Whether the opposite is meant.</param>
/// <param name="Mask">For <see cref="SeccompTest.Equal"/>, the bits that count.</param>
/// <param name="Value">What the argument is compared with.</param>
internal sealed record SeccompCondition(uint Index, SeccompTest Test, bool IsNegated, ulong Mask, ulong Value)
{
    public static SeccompCondition Of(LinuxSeccompArg arg) => arg.Op switch
    {
        "SCMP_CMP_EQ" => new(arg.Index, SeccompTest.Equal, false, ulong.MaxValue, arg.Value),
        "SCMP_CMP_NE" => new(arg.Index, SeccompTest.Equal, true, ulong.MaxValue, arg.Value),
        "SCMP_CMP_GT" => new(arg.Index, SeccompTest.Greater, false, ulong.MaxValue, arg.Value),
        "SCMP_CMP_LE" => new(arg.Index, SeccompTest.Greater, true, ulong.MaxValue, arg.Value),
        "SCMP_CMP_GE" => new(arg.Index, SeccompTest.GreaterOrEqual, false, ulong.MaxValue, arg.Value),
        "SCMP_CMP_LT" => new(arg.Index, SeccompTest.GreaterOrEqual, true, ulong.MaxValue, arg.Value),
        "SCMP_CMP_MASKED_EQ" => new(arg.Index, SeccompTest.Equal, false, arg.Value, arg.ValueTwo ?? 0),
        _ => throw new ArgumentException($"A filter cannot compare by {arg.Op}.", nameof(arg)),
    };
}
