namespace Oci.Distribution.AspNetCore.Tags;

/// <summary>A tag in the grammar of distribution-spec, so safe as a file name.</summary>
internal readonly record struct Tag
{
    /// <summary>The most characters that the grammar permits.</summary>
    public const int MaxLength = 128;

    private readonly string? _value;

    private Tag(string value) => _value = value;

    // [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}
    public static bool TryParse(ReadOnlySpan<char> s, out Tag result)
    {
        result = default;
        if (s.Length is 0 or > MaxLength || s[0] is '.' or '-')
        {
            return false;
        }
        foreach (char c in s)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-'))
            {
                return false;
            }
        }
        result = new Tag(s.ToString());
        return true;
    }

    public override string ToString() => _value ?? "";
}
