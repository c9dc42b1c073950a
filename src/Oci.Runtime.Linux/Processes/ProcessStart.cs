using System.Globalization;

namespace Oci.Runtime.Linux.Processes;

/// <summary>When a process started, which tells it from a later one of the same number.</summary>
internal static class ProcessStart
{
    private const int FlagsField = 9;
    private const int StartTimeField = 22;
    private const ulong PF_EXITING = 0x4; // include/linux/sched.h

    /// <summary>The start time in clock ticks since boot; null where there is no such process.</summary>
    public static ulong? Read(int pid) => Read(pid, StartTimeField);

    /// <summary>Whether the process is ending, or is gone: one that still waits for others of its pid namespace has let go of its namespaces.</summary>
    public static bool IsExiting(int pid) => Read(pid, FlagsField) is not ulong flags || (flags & PF_EXITING) != 0;

    private static ulong? Read(int pid, int field)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat");
        try
        {
            return Parse(File.ReadAllText(path), field);
        }
        catch (IOException) when (!File.Exists(path)) // also ESRCH, for one that ends while it is read
        {
            return null;
        }
    }

    /// <summary>A field of /proc/PID/stat (proc(5)) by number; the name, field 2, may hold blanks and parentheses.</summary>
    internal static ulong Parse(ReadOnlySpan<char> stat, int wanted = StartTimeField)
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
            if (field++ == wanted)
            {
                return ulong.Parse(rest[range], NumberStyles.None, CultureInfo.InvariantCulture);
            }
        }
        throw new InvalidDataException($"A line of /proc/PID/stat has fewer than {wanted} fields.");
    }
}
