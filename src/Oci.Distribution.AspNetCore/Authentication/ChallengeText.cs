namespace Oci.Distribution.AspNetCore.Authentication;

/// <summary>Text for the quotes of a challenge (RFC 9110, section 11.6.1).</summary>
internal static class ChallengeText
{
    /// <exception cref="ArgumentException">The text would have to be escaped, which not every client undoes.</exception>
    public static void Check(string value, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(value, name);
        if (value.AsSpan().ContainsAnyExceptInRange(' ', '~') || value.AsSpan().ContainsAny('"', '\\'))
        {
            throw new ArgumentException("The text must be of printable ASCII without quotes and backslashes: it stands in the WWW-Authenticate header.", name);
        }
    }
}
