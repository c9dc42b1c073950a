namespace Oci.Runtime.Linux.Cgroups;

/// <summary>The tasks, which are threads, of a cgroup.</summary>
/// <param name="Current">How many there are; null where the kernel does not tell.</param>
/// <param name="Limit">How many there may be; null where that is not limited.</param>
public sealed record PidsStats(ulong? Current, ulong? Limit);
