using System.Text;

namespace Oci.Distribution.Http;

/// <summary>Reads <c>Warning: 299 - "TEXT"</c>, the one form that distribution-spec knows.</summary>
internal static class WarningHeader
{
    // What the spec has registries send at most in one answer, in all their headers together.
    private const int MaxLength = 4096;
    private const string Prefix = "299 - \"";

    /// <summary>The texts, up to 4096 characters in all. What is of another form is left out, with all that comes after it in its line.</summary>
    public static IEnumerable<string> Read(IEnumerable<string> lines)
    {
        int left = MaxLength;
        foreach (string line in lines)
        {
            left -= line.Length;
            if (left < 0)
            {
                yield break;
            }
            int position = 0;
            while (TryReadOne(line, ref position) is string text)
            {
                yield return text;
            }
        }
    }

    private static string? TryReadOne(string line, ref int position)
    {
        if (string.CompareOrdinal(line, position, Prefix, 0, Prefix.Length) != 0)
        {
            return null;
        }
        var text = new StringBuilder();
        for (int i = position + Prefix.Length; i < line.Length; i++)
        {
            if (line[i] == '"')
            {
                return TryEnd(line, i + 1, ref position) ? text.ToString() : null;
            }
            if (line[i] == '\\' && ++i == line.Length)
            {
                return null;
            }
            // Control characters would let a registry write lines of its own into a log.
            text.Append(char.IsControl(line[i]) ? ' ' : line[i]);
        }
        return null;
    }

    // After one comes the end or a comma; a date, which the spec forbids, makes it another form.
    private static bool TryEnd(string line, int end, ref int position)
    {
        ReadOnlySpan<char> rest = line.AsSpan(end).TrimStart(" \t");
        if (!rest.IsEmpty && rest[0] != ',')
        {
            return false;
        }
        rest = rest.TrimStart(", \t");
        position = line.Length - rest.Length;
        return true;
    }
}
