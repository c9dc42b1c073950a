namespace Oci.Runtime.Linux.Cgroups;

/// <summary>One line of pressure stall information.</summary>
/// <param name="Avg10">Per cent of the last 10 seconds.</param>
/// <param name="Avg60">Per cent of the last 60 seconds.</param>
/// <param name="Avg300">Per cent of the last 300 seconds.</param>
/// <param name="Total">Microseconds since the cgroup was made.</param>
public readonly record struct PressureAverages(double Avg10, double Avg60, double Avg300, ulong Total);
