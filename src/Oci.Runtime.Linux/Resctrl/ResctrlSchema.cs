namespace Oci.Runtime.Linux.Resctrl;

/// <summary>Lines of a <c>schemata</c> file, such as <c>L3:0=7f0;1=1f</c> (Documentation/filesystems/resctrl.rst of the kernel).</summary>
internal static class ResctrlSchema
{
    private const string Bandwidth = "MB:";

    /// <summary>The lines of <c>l3CacheSchema</c> and <c>memBwSchema</c> together (runtime-spec, config-linux.md#intelrdt).</summary>
    /// <remarks>Where both have a line for the bandwidth, that of <c>memBwSchema</c> is taken.</remarks>
    public static IReadOnlyList<string> Combine(string? l3Cache, string? bandwidth)
    {
        IEnumerable<string> lines = Lines(l3Cache);
        return string.IsNullOrEmpty(bandwidth)
            ? [.. lines]
            : [.. lines.Where(l => !l.StartsWith(Bandwidth, StringComparison.Ordinal)), .. Lines(bandwidth)];
    }

    /// <summary>The first of the lines that a schemata file says otherwise, or not at all; null where all are there.</summary>
    public static string? FindMismatch(IEnumerable<string> wanted, string file)
    {
        var there = new Dictionary<(string, string), string>();
        foreach (string line in Lines(file))
        {
            foreach ((string resource, string domain, string value) in Values(line))
            {
                there[(resource, domain)] = value;
            }
        }
        return wanted.FirstOrDefault(line => Values(line).Any(v => !there.TryGetValue((v.Resource, v.Domain), out string? value) || value != v.Value));
    }

    private static IEnumerable<string> Lines(string? text) =>
        (text ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The kernel pads with blanks and leading zeros what it was told without.</summary>
    private static IEnumerable<(string Resource, string Domain, string Value)> Values(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        string resource = colon < 0 ? line : line[..colon].Trim();
        foreach (string part in colon < 0 ? [""] : line[(colon + 1)..].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] sides = part.Split('=', 2, StringSplitOptions.TrimEntries);
            yield return (resource, sides[0].TrimStart('0'), sides.Length == 1 ? "" : sides[1].TrimStart('0').ToLowerInvariant());
        }
    }
}
