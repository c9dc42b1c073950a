namespace Oci.Runtime.Linux.Cgroups;

/// <summary>A number of one device and one operation.</summary>
/// <param name="Major">The device's major number.</param>
/// <param name="Minor">The device's minor number.</param>
/// <param name="Operation"><c>Read</c>, <c>Write</c>, <c>Discard</c>, <c>Sync</c>, <c>Async</c> or <c>Total</c>; empty where the number is of no operation.</param>
/// <param name="Value">The number.</param>
public sealed record BlockIOEntry(uint Major, uint Minor, string Operation, ulong Value);
