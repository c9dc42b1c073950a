using System.Text;

namespace Oci.Distribution.AspNetCore.Authentication;

/// <summary>User name and password of an <c>Authorization: Basic</c> header (RFC 7617).</summary>
internal readonly record struct BasicCredentials(string User, byte[] Password)
{
    private const string Scheme = "Basic ";
    private const int MaxLength = 8 * 1024;

    /// <summary>True for what clients send that have nothing to send: no user and no password.</summary>
    public bool AreEmpty => User.Length == 0 && Password.Length == 0;

    public static bool IsBasic(string header) => header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    public static bool TryParse(string header, out BasicCredentials credentials)
    {
        credentials = default;
        if (!IsBasic(header) || header.Length > MaxLength)
        {
            return false;
        }
        ReadOnlySpan<char> text = header.AsSpan(Scheme.Length).Trim(' ');
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64Chars(text, bytes, out int length))
        {
            return false;
        }
        ReadOnlySpan<byte> decoded = bytes.AsSpan(0, length);
        int colon = decoded.IndexOf((byte)':');
        // Section 2: no control characters. A NUL would end the password for bcrypt in C, and not here.
        if (colon < 0 || decoded.ContainsAnyInRange((byte)0, (byte)0x1f) || !System.Text.Unicode.Utf8.IsValid(decoded))
        {
            return false;
        }
        credentials = new BasicCredentials(Encoding.UTF8.GetString(decoded[..colon]), decoded[(colon + 1)..].ToArray());
        return true;
    }

    /// <summary>The header for these credentials.</summary>
    public static string Format(string user, string password) =>
        Scheme + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
}
