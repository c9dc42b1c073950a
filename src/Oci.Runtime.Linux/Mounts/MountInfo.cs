using System.Globalization;
using System.Text;

namespace Oci.Runtime.Linux.Mounts;

/// <summary>A line of <c>/proc/PID/mountinfo</c> (proc_pid_mountinfo(5)).</summary>
/// <param name="MountId">A number of the mount.</param>
/// <param name="ParentId">The number of the mount that it is on.</param>
/// <param name="Root">The directory of the filesystem that is the root of the mount.</param>
/// <param name="MountPoint">Where it is, from the process's root.</param>
/// <param name="Options">Options of the mount, separated by commas.</param>
/// <param name="FileSystemType">The filesystem's type.</param>
/// <param name="Source">The device, or a name.</param>
/// <param name="SuperOptions">Options of the filesystem, separated by commas.</param>
internal sealed record MountInfo(
    int MountId, int ParentId, string Root, string MountPoint, string Options, string FileSystemType, string Source, string SuperOptions)
{
    // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
    // (1)(2)(3)   (4)   (5)      (6)      (7)   (8) (9)   (10)         (11)

    /// <summary>Reads a line; false where it is not one.</summary>
    public static bool TryParseLine(ReadOnlySpan<char> line, out MountInfo? mount)
    {
        mount = null;
        int separator = line.IndexOf(" - ");
        if (separator < 0)
        {
            return false;
        }
        Span<Range> head = stackalloc Range[7];
        Span<Range> tail = stackalloc Range[4];
        ReadOnlySpan<char> before = line[..separator];
        ReadOnlySpan<char> after = line[(separator + 3)..];
        if (before.Split(head, ' ') < 6 || after.Split(tail, ' ') < 3 ||
            !TryParseNumber(before[head[0]], out int id) || !TryParseNumber(before[head[1]], out int parent))
        {
            return false;
        }
        mount = new MountInfo(id, parent, Unescape(before[head[3]]), Unescape(before[head[4]]), before[head[5]].ToString(),
            Unescape(after[tail[0]]), Unescape(after[tail[1]]), after[tail[2]].ToString());
        return true;
    }

    /// <summary>The lines of the file that are mounts.</summary>
    public static List<MountInfo> ParseFile(ReadOnlySpan<char> text)
    {
        var mounts = new List<MountInfo>();
        foreach (ReadOnlySpan<char> line in text.EnumerateLines())
        {
            if (TryParseLine(line, out MountInfo? mount))
            {
                mounts.Add(mount!);
            }
        }
        return mounts;
    }

    /// <summary>Whether a comma-separated list of options holds one.</summary>
    public static bool HasOption(ReadOnlySpan<char> options, ReadOnlySpan<char> option)
    {
        foreach (Range part in options.Split(','))
        {
            if (options[part].SequenceEqual(option))
            {
                return true;
            }
        }
        return false;
    }

    private static bool TryParseNumber(ReadOnlySpan<char> text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    // The kernel writes space, tab, newline, backslash and # as \ and three octal digits (mangle_path in fs/seq_file.c).
    private static string Unescape(ReadOnlySpan<char> text)
    {
        if (text.IndexOf('\\') < 0)
        {
            return text.ToString();
        }
        var result = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length && IsOctal(text[i + 1]) && IsOctal(text[i + 2]) && IsOctal(text[i + 3]))
            {
                result.Append((char)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0')));
                i += 3;
            }
            else
            {
                result.Append(text[i]);
            }
        }
        return result.ToString();
    }

    private static bool IsOctal(char c) => c is >= '0' and <= '7';
}
