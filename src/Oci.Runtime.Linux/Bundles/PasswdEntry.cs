using System.Globalization;

namespace Oci.Runtime.Linux.Bundles;

/// <summary>A line of <c>/etc/passwd</c> (passwd(5)).</summary>
internal readonly record struct PasswdEntry(string Name, uint Uid, uint Gid, string Home)
{
    /// <summary>Reads <c>name:password:uid:gid:comment:home:shell</c>; false for lines that are not that.</summary>
    /// <remarks>Lines may end after the group, as old ones do. NIS lines (<c>+name</c>) are none of ours.</remarks>
    public static bool TryParseLine(ReadOnlySpan<char> line, out PasswdEntry entry)
    {
        entry = default;
        Span<Range> fields = stackalloc Range[8];
        int count = line.Split(fields, ':');
        if (count < 4 || line[fields[0]].Trim() is not { Length: > 0 } name || name[0] is '#' or '+' or '-' ||
            !TryParseId(line[fields[2]], out uint uid) || !TryParseId(line[fields[3]], out uint gid))
        {
            return false;
        }
        entry = new PasswdEntry(name.ToString(), uid, gid, count > 5 ? line[fields[5]].ToString() : "");
        return true;
    }

    /// <summary>Reads an id; false for what is no number, and for -1 in its unsigned form, which means no id.</summary>
    public static bool TryParseId(ReadOnlySpan<char> text, out uint id) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id != uint.MaxValue;
}
