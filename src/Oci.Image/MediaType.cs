using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Oci.Image;

/// <summary>A media type, <c>type/subtype</c> with optional parameters, as RFC 6838 spells it.</summary>
/// <remarks>Compared without regard to case. <c>default</c> is no media type and prints as nothing.</remarks>
[JsonConverter(typeof(MediaTypeJsonConverter))]
public readonly struct MediaType : IEquatable<MediaType>, ISpanParsable<MediaType>
{
    /// <summary>The longest that is read: two RFC 6838 names of 127 characters, the slash, and room for parameters.</summary>
    public const int MaxLength = 512;

    private readonly string? _value;

    private MediaType(string value) => _value = value;

    /// <summary>True for <c>default</c>.</summary>
    public bool IsEmpty => _value is null;

    /// <summary>Reads a media type.</summary>
    /// <exception cref="FormatException">The text is no media type.</exception>
    public static MediaType Parse(ReadOnlySpan<char> s) => TryParse(s, out MediaType result)
        ? result
        : throw new FormatException($"'{(s.Length <= 100 ? s : s[..100])}' is not a media type: it must be type/subtype (RFC 6838).");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char})"/>
    public static MediaType Parse(string s) => Parse(s.AsSpan());

    /// <summary>Reads a media type; false where the text is none.</summary>
    public static bool TryParse(ReadOnlySpan<char> s, out MediaType result)
    {
        result = default;
        ReadOnlySpan<char> name = s;
        int semicolon = s.IndexOf(';');
        if (semicolon >= 0)
        {
            name = s[..semicolon].TrimEnd(' ');
        }
        int slash = name.IndexOf('/');
        if (s.Length > MaxLength || slash < 0 || !IsRestrictedName(name[..slash]) || !IsRestrictedName(name[(slash + 1)..])
            || s.ContainsAnyExceptInRange(' ', '~'))
        {
            return false;
        }
        result = new MediaType(s.ToString());
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out MediaType)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, out MediaType result) => TryParse(s.AsSpan(), out result);

    static MediaType ISpanParsable<MediaType>.Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s);

    static bool ISpanParsable<MediaType>.TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out MediaType result) => TryParse(s, out result);

    static MediaType IParsable<MediaType>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<MediaType>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out MediaType result) => TryParse(s, out result);

    /// <inheritdoc/>
    public bool Equals(MediaType other) => string.Equals(_value, other._value, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is MediaType other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value is null ? 0 : _value.GetHashCode(StringComparison.OrdinalIgnoreCase);

    /// <summary>The media type as it was read; empty for <c>default</c>.</summary>
    public override string ToString() => _value ?? "";

    /// <summary>Whether both are the same media type.</summary>
    public static bool operator ==(MediaType left, MediaType right) => left.Equals(right);

    /// <summary>Whether the two differ.</summary>
    public static bool operator !=(MediaType left, MediaType right) => !left.Equals(right);

    // RFC 6838, section 4.2.
    private static bool IsRestrictedName(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > 127 || !char.IsAsciiLetterOrDigit(name[0]))
        {
            return false;
        }
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !"!#$&-^_.+".Contains(c))
            {
                return false;
            }
        }
        return true;
    }
}
