namespace Oci.Runtime.Linux.Seccomp;

/// <summary>What a <see cref="SeccompCondition"/> compares by.</summary>
internal enum SeccompTest
{
    Equal,
    Greater,
    GreaterOrEqual,
}
