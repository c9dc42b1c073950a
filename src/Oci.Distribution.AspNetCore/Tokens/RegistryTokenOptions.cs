using Microsoft.AspNetCore.Authentication;
using Oci.Distribution.AspNetCore.Authentication;

namespace Oci.Distribution.AspNetCore.Tokens;

/// <summary>How <c>AddOciTokens</c> issues and takes tokens, as Docker's token authentication has it.</summary>
public sealed class RegistryTokenOptions : AuthenticationSchemeOptions
{
    /// <summary>Who issues the tokens: their <c>iss</c>. <c>oci-registry</c> by default. Registries that share a key must not share the issuer or the service unless one's tokens are to hold for the other.</summary>
    /// <exception cref="ArgumentException">Set to nothing.</exception>
    public string Issuer
    {
        get;
        set
        {
            ArgumentException.ThrowIfNullOrEmpty(value);
            field = value;
        }
    } = "oci-registry";

    /// <summary>What the registry is called in challenges and tokens: <c>service</c> and <c>aud</c>. <c>registry</c> by default.</summary>
    /// <exception cref="ArgumentException">Set to nothing, or to text that a challenge cannot hold.</exception>
    public string Service
    {
        get;
        set
        {
            ChallengeText.Check(value, nameof(value));
            field = value;
        }
    } = "registry";

    /// <summary>Where clients get tokens. By default where <c>MapOciTokens</c> put the endpoint, on the host and scheme of each request; behind a proxy that ends TLS, use forwarded headers or set it.</summary>
    public Uri? Realm { get; set; }

    /// <summary>
    /// The path of the private key in PEM: P-256 for ES256, RSA for RS256. <see langword="null"/>, the default, makes a
    /// P-256 key at start, so that tokens end with the process; clients then log in again without a word.
    /// </summary>
    public string? KeyFile { get; set; }

    /// <summary>How long a token holds, and so how long a permission that was taken away. Five minutes by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than one minute, which is what clients take for granted.</exception>
    public TimeSpan Lifetime
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromMinutes(1));
            field = value;
        }
    } = TimeSpan.FromMinutes(5);

    /// <summary>How long a refresh token holds, where a client asks for one and the user is of an htpasswd file; it ends with the password, too. 30 days by default; zero for none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than zero.</exception>
    public TimeSpan RefreshLifetime
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromDays(30);

    /// <summary>
    /// The scheme that user names and passwords are checked by, which must take Basic authentication.
    /// <see cref="OciAuthenticationDefaults.HtpasswdScheme"/> by default; <see langword="null"/> to issue tokens to the anonymous only.
    /// </summary>
    public string? LoginScheme { get; set; } = OciAuthenticationDefaults.HtpasswdScheme;

    /// <summary>Reads the key, so that an app with one that cannot be used does not start.</summary>
    /// <exception cref="IOException">The key file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It holds no key that tokens are signed by.</exception>
    public override void Validate()
    {
        base.Validate();
        if (KeyFile is not null)
        {
            TokenKey.Load(KeyFile).Dispose();
        }
        if (Realm is { IsAbsoluteUri: false })
        {
            throw new InvalidOperationException("RegistryTokenOptions.Realm must be an absolute URL.");
        }
    }
}
