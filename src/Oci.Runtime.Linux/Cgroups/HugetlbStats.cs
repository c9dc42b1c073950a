namespace Oci.Runtime.Linux.Cgroups;

/// <summary>Huge pages of one size that a cgroup uses, in bytes.</summary>
/// <param name="Usage">What is used now.</param>
/// <param name="MaxUsage">The most that was ever used; cgroup v1 only.</param>
/// <param name="FailureCount">How often the limit was met.</param>
public sealed record HugetlbStats(ulong? Usage, ulong? MaxUsage, ulong? FailureCount);
