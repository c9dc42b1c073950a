namespace Oci.Runtime.Linux.Systemd;

/// <summary>A property of a unit (org.freedesktop.systemd1(5)).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">A string, bool, uint, ulong, uint[], byte[], string[], or pairs (string, string)[] or (string, ulong)[].</param>
internal sealed record SystemdProperty(string Name, object Value);
