using System.Globalization;

namespace Oci.Runtime.Linux.Cgroups;

/// <summary>Reads the text of cgroup files. Pure; what is not understood is left out, never guessed.</summary>
internal static class CgroupText
{
    /// <summary>What version 1 writes for "no limit": the largest long, cut to whole pages of at most 64 KiB.</summary>
    private const ulong Unlimited = long.MaxValue & ~0xFFFFUL;

    /// <summary>A number; null for no text, for <c>max</c>, and for anything else.</summary>
    public static ulong? Number(string? text) =>
        ulong.TryParse(text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : null;

    /// <summary>A limit; null where there is none.</summary>
    public static ulong? Limit(string? text) => Number(text) is { } limit && limit < Unlimited ? limit : null;

    /// <summary>Lines <c>key number</c>; of a key that is there twice the first counts.</summary>
    public static Dictionary<string, ulong> Keyed(string? text)
    {
        var values = new Dictionary<string, ulong>(StringComparer.Ordinal);
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            int space = line.IndexOf(' ');
            if (space > 0 && ulong.TryParse(line[(space + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out ulong value))
            {
                values.TryAdd(line[..space].ToString(), value);
            }
        }
        return values;
    }

    /// <summary>Lines <c>name key=number key=number</c>, as <c>io.stat</c> and <c>rdma.current</c> have; <c>max</c> and other words are left out.</summary>
    public static List<(string Name, Dictionary<string, ulong> Values)> Nested(string? text)
    {
        var entries = new List<(string, Dictionary<string, ulong>)>();
        foreach (string line in (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var values = new Dictionary<string, ulong>(StringComparer.Ordinal);
            foreach (string part in parts.Skip(1))
            {
                int equals = part.IndexOf('=');
                if (equals > 0 && Number(part[(equals + 1)..]) is { } value)
                {
                    values.TryAdd(part[..equals], value);
                }
            }
            if (parts.Length > 0)
            {
                entries.Add((parts[0], values));
            }
        }
        return entries;
    }

    /// <summary>Numbers with blanks between them; empty where one is none.</summary>
    public static List<ulong> Numbers(string? text)
    {
        var numbers = new List<ulong>();
        foreach (string part in (text ?? "").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (Number(part) is not { } number)
            {
                return [];
            }
            numbers.Add(number);
        }
        return numbers;
    }

    /// <summary>A list such as <c>0-3,7</c> (cpuset(7), List format), of at most 65536 numbers; empty for what is none.</summary>
    public static List<int> List(string? text)
    {
        const int most = 65536;
        var numbers = new List<int>();
        foreach (string part in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int dash = part.IndexOf('-');
            if (Number(dash < 0 ? part : part[..dash]) is not { } first || Number(dash < 0 ? part : part[(dash + 1)..]) is not { } last || last < first || last >= most)
            {
                return [];
            }
            for (ulong number = first; number <= last && numbers.Count < most; number++)
            {
                numbers.Add((int)number);
            }
        }
        return numbers;
    }

    /// <summary><c>MAJOR:MINOR</c>.</summary>
    public static bool TryDevice(string text, out uint major, out uint minor)
    {
        int colon = text.IndexOf(':');
        minor = 0;
        return uint.TryParse(colon < 0 ? text : text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out major)
            && uint.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out minor)
            && colon >= 0;
    }

    /// <summary>Lines <c>MAJOR:MINOR Operation number</c> or <c>MAJOR:MINOR number</c> of the v1 controller; the sum of all devices is left out.</summary>
    public static List<BlockIOEntry> BlockIO(string? text)
    {
        var entries = new List<BlockIOEntry>();
        foreach (string line in (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split([' '], StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length is 2 or 3 && TryDevice(parts[0], out uint major, out uint minor) && Number(parts[^1]) is { } value)
            {
                entries.Add(new BlockIOEntry(major, minor, parts.Length == 3 ? parts[1] : "", value));
            }
        }
        return entries;
    }

    /// <summary>A pressure file (Documentation/accounting/psi.rst); null for no text.</summary>
    public static PressureStats? Pressure(string? text)
    {
        PressureAverages? some = null;
        PressureAverages? full = null;
        foreach (string line in (text ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split([' ', '='], StringSplitOptions.RemoveEmptyEntries);
            if (parts is [string kind, "avg10", string a, "avg60", string b, "avg300", string c, "total", string total]
                && Average(a) is { } avg10 && Average(b) is { } avg60 && Average(c) is { } avg300 && Number(total) is { } microseconds)
            {
                var averages = new PressureAverages(avg10, avg60, avg300, microseconds);
                some = kind is "some" ? averages : some;
                full = kind is "full" ? averages : full;
            }
        }
        return some is null && full is null ? null : new PressureStats(some, full);

        static double? Average(string text) =>
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) ? value : null;
    }

    /// <summary><c>/proc/PID/net/dev</c> (proc_pid_net(5)).</summary>
    public static List<NetworkInterfaceStats> NetworkInterfaces(string? text)
    {
        var interfaces = new List<NetworkInterfaceStats>();
        foreach (string line in (text ?? "").Split('\n'))
        {
            int colon = line.LastIndexOf(':');
            if (colon > 0 && Numbers(line[(colon + 1)..]) is { Count: 16 } n)
            {
                interfaces.Add(new NetworkInterfaceStats
                {
                    Name = line[..colon].Trim(),
                    RxBytes = n[0],
                    RxPackets = n[1],
                    RxErrors = n[2],
                    RxDropped = n[3],
                    TxBytes = n[8],
                    TxPackets = n[9],
                    TxErrors = n[10],
                    TxDropped = n[11],
                });
            }
        }
        return interfaces;
    }
}
