namespace Oci.Distribution.Configuration;

/// <summary>A name without a registry: <c>NAME[:TAG][@DIGEST]</c>.</summary>
/// <param name="Name">The name alone.</param>
/// <param name="Suffix">Tag and digest, with the signs before them.</param>
internal readonly record struct ShortName(string Name, string Suffix)
{
    /// <summary>False where the first part is a host: it holds a dot, a colon or an upper-case letter, or is <c>localhost</c>.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static bool TryParse(string text, out ShortName shortName)
    {
        shortName = default;
        int slash = text.IndexOf('/');
        ReadOnlySpan<char> first = text.AsSpan(0, Math.Max(slash, 0));
        if (first.ContainsAny('.', ':') || first.SequenceEqual("localhost") || first.ContainsAnyInRange('A', 'Z'))
        {
            return false;
        }
        int end = text.AsSpan().IndexOfAny(':', '@');
        shortName = end < 0 ? new ShortName(text, "") : new ShortName(text[..end], text[end..]);
        ReferenceGrammar.CheckName(shortName.Name);
        return true;
    }
}
