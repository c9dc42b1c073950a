using System.Globalization;

namespace Oci.Runtime.Linux.Processes;

/// <summary>When a process started, which tells it from a later one of the same number.</summary>
internal static class ProcessStart
{
    /// <summary>The start time in clock ticks since boot; null where there is no such process.</summary>
    public static ulong? Read(int pid)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat");
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (IOException) when (!File.Exists(path)) // also ESRCH, for one that ends while it is read
        {
            return null;
        }
    }

    /// <summary>Field 22 of /proc/PID/stat (proc(5)); the name, field 2, may hold blanks and parentheses.</summary>
    internal static ulong Parse(ReadOnlySpan<char> stat)
    {
        int end = stat.LastIndexOf(')');
        if (end < 0)
        {
            throw new InvalidDataException("A line of /proc/PID/stat has no process name.");
        }
        ReadOnlySpan<char> rest = stat[(end + 1)..].Trim();
        int field = 3;
        foreach (Range range in rest.Split(' '))
        {
            if (field++ == 22)
            {
                return ulong.Parse(rest[range], NumberStyles.None, CultureInfo.InvariantCulture);
            }
        }
        throw new InvalidDataException("A line of /proc/PID/stat has fewer than 22 fields.");
    }
}
