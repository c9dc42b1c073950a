using System.Globalization;

namespace Oci.Runtime.Linux.Namespaces;

/// <summary>A range of ids that a user may map into user namespaces, a line of <c>/etc/subuid</c> or <c>/etc/subgid</c>.</summary>
internal readonly record struct SubordinateIds(string Owner, uint First, uint Count)
{
    /// <summary>Reads <c>owner:first:count</c>, the owner by name or number (subuid(5)); false for lines that are not that.</summary>
    public static bool TryParseLine(ReadOnlySpan<char> line, out SubordinateIds range)
    {
        range = default;
        Span<Range> fields = stackalloc Range[4];
        ReadOnlySpan<char> text = line.Trim();
        if (text.Split(fields, ':') != 3 || text[fields[0]] is not { Length: > 0 } owner || owner[0] == '#' ||
            !uint.TryParse(text[fields[1]], NumberStyles.None, CultureInfo.InvariantCulture, out uint first) ||
            !uint.TryParse(text[fields[2]], NumberStyles.None, CultureInfo.InvariantCulture, out uint count) ||
            count == 0 || (ulong)first + count > uint.MaxValue)
        {
            return false;
        }
        range = new SubordinateIds(owner.ToString(), first, count);
        return true;
    }

    /// <summary>The ranges of one user, in the file's order.</summary>
    public static List<SubordinateIds> ParseFile(ReadOnlySpan<char> text, string? userName, uint uid)
    {
        var ranges = new List<SubordinateIds>();
        string number = uid.ToString(CultureInfo.InvariantCulture);
        foreach (ReadOnlySpan<char> line in text.EnumerateLines())
        {
            if (TryParseLine(line, out SubordinateIds range) && (range.Owner == userName || range.Owner == number))
            {
                ranges.Add(range);
            }
        }
        return ranges;
    }
}
