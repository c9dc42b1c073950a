using System.Globalization;

namespace Oci.Runtime.Linux.Planning;

/// <summary>Bits for a list of processors or memory nodes, as sched_setaffinity(2) and set_mempolicy(2) take them.</summary>
internal static class CpuMask
{
    /// <summary>The greatest number, far above what kernels are built for (NR_CPUS is 8192 at most).</summary>
    public const int MaxNumber = 65535;

    /// <summary>The bits, in whole words of eight bytes; one word of zeros for an empty list.</summary>
    /// <param name="list">A list such as <c>0-3,7</c>, which has been checked.</param>
    /// <exception cref="FormatException">A number is above <see cref="MaxNumber"/>, or the list is none.</exception>
    public static byte[] Parse(string? list)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (string part in (list ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = part.Split('-', 2, StringSplitOptions.TrimEntries);
            int first = int.Parse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture);
            int last = ends.Length == 1 ? first : int.Parse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture);
            if (last > MaxNumber || last < first)
            {
                throw new FormatException($"'{part}' is not within 0-{MaxNumber}.");
            }
            ranges.Add((first, last));
        }
        int most = ranges.Count == 0 ? 0 : ranges.Max(r => r.Last);
        byte[] bits = new byte[((most / 64) + 1) * 8];
        foreach ((int first, int last) in ranges)
        {
            for (int number = first; number <= last; number++)
            {
                bits[number / 8] |= (byte)(1 << (number % 8));
            }
        }
        return bits;
    }
}
