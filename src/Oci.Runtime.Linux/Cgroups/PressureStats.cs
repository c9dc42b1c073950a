namespace Oci.Runtime.Linux.Cgroups;

/// <summary>Pressure stall information (Documentation/accounting/psi.rst): how much work waited for a resource.</summary>
/// <param name="Some">While at least one task waited; null where the kernel has no such line.</param>
/// <param name="Full">While all tasks waited; null where the kernel has no such line.</param>
public sealed record PressureStats(PressureAverages? Some, PressureAverages? Full);
