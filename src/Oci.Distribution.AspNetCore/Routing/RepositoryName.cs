using System.Diagnostics.CodeAnalysis;

namespace Oci.Distribution.AspNetCore.Routing;

/// <summary>A repository's name in the grammar of distribution-spec, "Pulling manifests", so safe as a path.</summary>
internal readonly struct RepositoryName : IEquatable<RepositoryName>
{
    /// <summary>The most characters: what docker's reference grammar leaves and file systems hold.</summary>
    public const int MaxLength = 255;

    private readonly string? _value;

    private RepositoryName(string value) => _value = value;

    public static bool TryParse(ReadOnlySpan<char> s, out RepositoryName result)
    {
        result = default;
        if (s.Length is 0 or > MaxLength)
        {
            return false;
        }
        foreach (Range range in s.Split('/'))
        {
            if (!IsComponent(s[range]))
            {
                return false;
            }
        }
        result = new RepositoryName(s.ToString());
        return true;
    }

    public bool Equals(RepositoryName other) => string.Equals(_value, other._value, StringComparison.Ordinal);

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is RepositoryName other && Equals(other);

    public override int GetHashCode() => _value is null ? 0 : _value.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => _value ?? "";

    // [a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*
    private static bool IsComponent(ReadOnlySpan<char> s)
    {
        if (s.IsEmpty || !char.IsAsciiLetterLower(s[0]) && !char.IsAsciiDigit(s[0]))
        {
            return false;
        }
        int i = 0;
        while (i < s.Length)
        {
            int start = i;
            while (i < s.Length && s[i] is '.' or '_' or '-')
            {
                i++;
            }
            ReadOnlySpan<char> separator = s[start..i];
            if (i == s.Length || !IsSeparator(separator))
            {
                return false;
            }
            start = i;
            while (i < s.Length && (char.IsAsciiLetterLower(s[i]) || char.IsAsciiDigit(s[i])))
            {
                i++;
            }
            if (i == start)
            {
                return false;
            }
        }
        return true;
    }

    private static bool IsSeparator(ReadOnlySpan<char> s) =>
        s.IsEmpty || s is "." or "_" or "__" || !s.ContainsAnyExcept('-');
}
