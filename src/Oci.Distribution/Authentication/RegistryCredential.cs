namespace Oci.Distribution.Authentication;

/// <summary>A user name with a password, or an identity token. Prints no secret.</summary>
public sealed class RegistryCredential
{
    private RegistryCredential(string username, string password, string? identityToken)
    {
        Username = username;
        Password = password;
        IdentityToken = identityToken;
    }

    /// <summary>The user name; empty where an identity token is all there is.</summary>
    public string Username { get; }

    /// <summary>The password or personal access token; empty where an identity token is all there is.</summary>
    public string Password { get; }

    /// <summary>An OAuth2 refresh token, which Docker's files call identity token.</summary>
    public string? IdentityToken { get; }

    /// <summary>A user name and its password or personal access token.</summary>
    /// <exception cref="ArgumentException">The user name holds a colon, which Basic authentication cannot carry (RFC 7617).</exception>
    public static RegistryCredential FromPassword(string username, string password)
    {
        ArgumentNullException.ThrowIfNull(username);
        ArgumentNullException.ThrowIfNull(password);
        if (username.Contains(':'))
        {
            throw new ArgumentException("A user name must not hold a colon: Basic authentication cannot carry it (RFC 7617).", nameof(username));
        }
        return new RegistryCredential(username, password, null);
    }

    /// <summary>An OAuth2 refresh token, which is turned into access tokens at the registry's token service.</summary>
    public static RegistryCredential FromIdentityToken(string identityToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(identityToken);
        return new RegistryCredential("", "", identityToken);
    }

    /// <summary>Says of what kind the credential is, and no secret.</summary>
    public override string ToString() => IdentityToken is null ? $"{Username}:***" : "identity token ***";
}
