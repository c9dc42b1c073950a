using System.Globalization;
using Oci.Runtime.Linux.Cgroups;

namespace Oci.Runtime.Linux.Lifecycle;

/// <summary>Reads the counters of a container's network interfaces.</summary>
internal static class ContainerInterfaces
{
    /// <summary>Those of the process's network namespace; none where that is this process's own, or it has ended.</summary>
    /// <param name="pid">The process. The caller sees to it that the number is still its own afterwards.</param>
    public static IReadOnlyList<NetworkInterfaceStats> Read(int pid)
    {
        string process = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}");
        try
        {
            return string.Equals(new FileInfo($"{process}/ns/net").LinkTarget, new FileInfo("/proc/self/ns/net").LinkTarget, StringComparison.Ordinal)
                ? []
                : CgroupText.NetworkInterfaces(File.ReadAllText($"{process}/net/dev"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A process that has ended, or that is not dumpable yet for an ordinary user: its counters cannot be had.
            return [];
        }
    }
}
