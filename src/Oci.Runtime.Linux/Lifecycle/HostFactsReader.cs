using System.Globalization;
using Oci.Runtime.Linux.Planning;

namespace Oci.Runtime.Linux.Lifecycle;

/// <summary>Reads what a plan has to know of this host.</summary>
internal static class HostFactsReader
{
    /// <summary>The facts; they do not change while a process lives, but for the mounts, so they are read for each container.</summary>
    public static HostFacts Read() => new()
    {
        Architecture = ProgramArchitectures.Current,
        IsInUserNamespace = !IsInitialIdMap(File.ReadAllText("/proc/self/uid_map")),
        Capabilities = ParseBoundingSet(File.ReadAllText("/proc/self/status")),
    };

    /// <summary>Whether a uid_map (user_namespaces(7)) maps every id to itself, as the initial namespace's does.</summary>
    internal static bool IsInitialIdMap(ReadOnlySpan<char> map)
    {
        Span<Range> parts = stackalloc Range[4];
        ReadOnlySpan<char> line = map.Trim();
        return line.SplitAny(parts, " \n", StringSplitOptions.RemoveEmptyEntries) == 3
            && line[parts[0]] is "0" && line[parts[1]] is "0" && line[parts[2]] is "4294967295";
    }

    /// <summary>The line <c>CapBnd:</c> of /proc/PID/status (proc(5)).</summary>
    internal static ulong ParseBoundingSet(ReadOnlySpan<char> status)
    {
        foreach (ReadOnlySpan<char> line in status.EnumerateLines())
        {
            if (line.StartsWith("CapBnd:", StringComparison.Ordinal))
            {
                return ulong.Parse(line[7..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            }
        }
        throw new InvalidDataException("/proc/self/status has no line CapBnd:.");
    }
}
