namespace Oci.Distribution.Authentication;

/// <summary>A user name with a password, or an identity token. Prints no secret.</summary>
public sealed class RegistryCredential
{
    private RegistryCredential(string username, string password, string? identityToken, string? origin)
    {
        Username = username;
        Password = password;
        IdentityToken = identityToken;
        Origin = origin;
    }

    /// <summary>The user name; empty where an identity token is all there is.</summary>
    public string Username { get; }

    /// <summary>The password or personal access token; empty where an identity token is all there is.</summary>
    public string Password { get; }

    /// <summary>An OAuth2 refresh token, which Docker's files call identity token.</summary>
    public string? IdentityToken { get; }

    /// <summary>Where it was found, for messages: the path of a file, the name of a helper. <see langword="null"/> where the app gave it.</summary>
    public string? Origin { get; }

    /// <summary>A user name and its password or personal access token.</summary>
    /// <param name="username">The user name.</param>
    /// <param name="password">The password or token.</param>
    /// <param name="origin">Where it was found, for messages.</param>
    /// <exception cref="ArgumentException">The user name holds a colon, which Basic authentication cannot carry (RFC 7617).</exception>
    public static RegistryCredential FromPassword(string username, string password, string? origin = null)
    {
        ArgumentNullException.ThrowIfNull(username);
        ArgumentNullException.ThrowIfNull(password);
        if (username.Contains(':'))
        {
            throw new ArgumentException("A user name must not hold a colon: Basic authentication cannot carry it (RFC 7617).", nameof(username));
        }
        return new RegistryCredential(username, password, null, origin);
    }

    /// <summary>An OAuth2 refresh token, which is turned into access tokens at the registry's token service.</summary>
    /// <param name="identityToken">The token.</param>
    /// <param name="origin">Where it was found, for messages.</param>
    public static RegistryCredential FromIdentityToken(string identityToken, string? origin = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(identityToken);
        return new RegistryCredential("", "", identityToken, origin);
    }

    /// <summary>Says of what kind the credential is, and no secret.</summary>
    public override string ToString() => IdentityToken is null ? $"{Username}:***" : "identity token ***";

    /// <summary>Who, and where it was found, for messages: <c>alice, from /home/alice/.docker/config.json</c>.</summary>
    internal string Describe() => $"{(IdentityToken is null ? $"user '{Username}'" : "an identity token")}, {(Origin is null ? "given by the app" : $"from {Origin}")}";
}
