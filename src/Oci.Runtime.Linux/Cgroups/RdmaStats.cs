namespace Oci.Runtime.Linux.Cgroups;

/// <summary>RDMA resources of one device that a cgroup uses.</summary>
/// <param name="HcaHandles">Open handles.</param>
/// <param name="HcaObjects">Objects.</param>
public sealed record RdmaStats(ulong? HcaHandles, ulong? HcaObjects);
