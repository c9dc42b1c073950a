namespace Oci.Distribution.Syncing;

/// <summary>Matches names against patterns, in time that grows with the product of their lengths and no faster.</summary>
internal static class Glob
{
    /// <summary>Whether a name matches one of the patterns, or there are none, and none of those that exclude.</summary>
    public static bool IsChosen(string name, IList<string> included, IList<string> excluded) =>
        (included.Count == 0 || included.Any(pattern => IsMatch(name, pattern))) && !excluded.Any(pattern => IsMatch(name, pattern));

    public static bool IsMatch(ReadOnlySpan<char> name, ReadOnlySpan<char> pattern)
    {
        // Which beginnings of the name the pattern so far matches, by their lengths.
        var matched = new bool[name.Length + 1];
        matched[0] = true;
        for (int i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] != '*')
            {
                Step(matched, name, pattern[i]);
                continue;
            }
            bool crossesSlash = i + 1 < pattern.Length && pattern[i + 1] == '*';
            i += crossesSlash ? 1 : 0;
            for (int j = 1; j <= name.Length; j++)
            {
                matched[j] |= matched[j - 1] && (crossesSlash || name[j - 1] != '/');
            }
        }
        return matched[name.Length];
    }

    private static void Step(bool[] matched, ReadOnlySpan<char> name, char wanted)
    {
        for (int j = name.Length; j > 0; j--)
        {
            matched[j] = matched[j - 1] && (wanted == '?' ? name[j - 1] != '/' : name[j - 1] == wanted);
        }
        matched[0] = false;
    }
}
