using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Oci.Interop.Tests.Tar;

/// <summary>The lists that GNU tar gives of archives, many in one go.</summary>
internal static partial class GnuTar
{
    private static readonly Encoding Bytes = Encoding.Latin1;

    /// <summary>Lists archives; their files lie in a directory as 0, 1, 2 and so on.</summary>
    public static async Task<TarListing[]> ListAsync(string tar, string directory, int count)
    {
        // One shell for all: to start a process from here costs more than to list an archive.
        string script = $"cd \"$1\"; export LC_ALL=C TZ=UTC; i=0; while [ $i -lt {count} ]; do timeout 10 '{tar}' -tvf $i --full-time --numeric-owner --quoting-style=escape > $i.list 2> $i.err; echo $? > $i.code; i=$((i+1)); done";
        (await ToolResult.RunAsync("/bin/sh", ["-c", script, "sh", directory])).EnsureSuccess();
        return [.. Enumerable.Range(0, count).Select(i => Read(Path.Combine(directory, i.ToString(CultureInfo.InvariantCulture))))];
    }

    private static TarListing Read(string path)
    {
        if (File.ReadAllText(path + ".code").Trim() != "0")
        {
            return new TarListing([], File.ReadAllText(path + ".err", Bytes));
        }
        return new TarListing([.. File.ReadAllText(path + ".list", Bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ReadLine)], Refusal: null);
    }

    private static TarListing.Item ReadLine(string line)
    {
        Match match = Line.Match(line);
        Assert.True(match.Success, line);
        string type = match.Groups["type"].Value switch { "-" or "C" => "File", "d" => "Directory", "l" => "SymbolicLink", "h" => "HardLink", "c" => "CharacterDevice", "b" => "BlockDevice", "p" => "Fifo", var other => other };
        string[] name = type switch
        {
            "SymbolicLink" => match.Groups["name"].Value.Split(" -> ", 2),
            "HardLink" => match.Groups["name"].Value.Split(" link to ", 2),
            _ => [match.Groups["name"].Value],
        };
        string size = match.Groups["size"].Value;
        return new TarListing.Item
        {
            ["type"] = type,
            ["name"] = TarListing.Show(Unescape(name[0])),
            ["link"] = name.Length > 1 ? TarListing.Show(Unescape(name[1])) : "",
            ["mode"] = ReadMode(match.Groups["mode"].Value),
            ["uid"] = match.Groups["uid"].Value,
            ["gid"] = match.Groups["gid"].Value,
            ["size"] = size.Contains(',') ? "0" : size,
            ["device"] = size.Contains(',') ? size.Replace(',', ':') : "0:0",
            ["mtime"] = ReadTime(match.Groups["time"].Value),
        };
    }

    // As ls(1) writes it: s, S, t and T are set-id and sticky bits with and without the right to execute.
    private static string ReadMode(string text)
    {
        int mode = 0;
        for (int i = 0; i < 9; i++)
        {
            int special = 0x800 >> (i / 3);
            mode |= text[i] switch
            {
                '-' => 0,
                's' or 't' => special | (0x100 >> i),
                'S' or 'T' => special,
                _ => 0x100 >> i,
            };
        }
        return Convert.ToString(mode, 8);
    }

    private static string ReadTime(string text)
    {
        int dot = text.IndexOf('.');
        string whole = dot < 0 ? text : text[..dot];
        DateTime time = DateTime.ParseExact(whole, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
        long seconds = (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;
        int nanoseconds = dot < 0 ? 0 : int.Parse(text[(dot + 1)..].PadRight(9, '0'), CultureInfo.InvariantCulture);
        if (seconds < 0 && nanoseconds > 0)
        {
            // GNU tar prints half a second before 1970 as none and the distance.
            (seconds, nanoseconds) = (seconds - 1, 1_000_000_000 - nanoseconds);
        }
        return $"{seconds}.{nanoseconds:D9}";
    }

    private static byte[] Unescape(string text)
    {
        var bytes = new List<byte>();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                bytes.Add((byte)text[i]);
                continue;
            }
            char c = text[++i];
            if (c is >= '0' and <= '7')
            {
                bytes.Add(Convert.ToByte(text.Substring(i, 3), 8));
                i += 2;
                continue;
            }
            bytes.Add((byte)(c switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'a' => '\a', 'b' => '\b', 'f' => '\f', 'v' => '\v', _ => c }));
        }
        return [.. bytes];
    }

    [GeneratedRegex(@"\A(?<type>.)(?<mode>[-rwxsStT]{9})[*+.]? +(?<uid>-?\d+)/(?<gid>-?\d+) +(?<size>\d+(,\d+)?) (?<time>\S+ \S+) +(?<name>.*)\z")]
    private static partial Regex Line { get; }
}
