using System.Globalization;

namespace Oci.Benchmarks.Registries;

/// <summary>What this process and its ended children have used of the processors (proc_pid_stat(5)).</summary>
internal static class ProcessorTimes
{
    // In 1/sysconf(_SC_CLK_TCK) seconds, which are hundredths on Linux.
    private const int TicksPerSecond = 100;
    private const int UserTime = 14;
    private const int UserTimeOfChildren = 16;

    public static TimeSpan OfThisProcess => Read(UserTime);

    /// <summary>Of those that ended and were waited for.</summary>
    public static TimeSpan OfChildren => Read(UserTimeOfChildren);

    // The system's part is the field after the user's.
    private static TimeSpan Read(int field)
    {
        string text = File.ReadAllText("/proc/self/stat");
        // The name of the program, in brackets, is the second field and may hold spaces.
        string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((Parse(fields[field - 3]) + Parse(fields[field - 2])) / (double)TicksPerSecond);
    }

    private static long Parse(string s) => long.Parse(s, CultureInfo.InvariantCulture);
}
