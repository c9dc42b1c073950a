namespace Oci.Runtime.Linux.Seccomp;

/// <summary>Numbers from <paramref name="First"/> up to the next range's, which all get the same answer.</summary>
internal readonly record struct SeccompRange(uint First, SeccompBehavior Behavior);
