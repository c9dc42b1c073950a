namespace Oci.Runtime.Linux.Bundles;

/// <summary>A line of <c>/etc/group</c> (group(5)).</summary>
internal readonly record struct GroupEntry(string Name, uint Gid, IReadOnlyList<string> Members)
{
    /// <summary>Reads <c>name:password:gid:members</c>; false for lines that are not that.</summary>
    public static bool TryParseLine(ReadOnlySpan<char> line, out GroupEntry entry)
    {
        entry = default;
        Span<Range> fields = stackalloc Range[5];
        int count = line.Split(fields, ':');
        if (count < 3 || line[fields[0]].Trim() is not { Length: > 0 } name || name[0] is '#' or '+' or '-' ||
            !PasswdEntry.TryParseId(line[fields[2]], out uint gid))
        {
            return false;
        }
        string[] members = count > 3
            ? line[fields[3]].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [];
        entry = new GroupEntry(name.ToString(), gid, members);
        return true;
    }
}
