namespace Oci.Distribution.AspNetCore.Authentication;

/// <summary>The names of this package's authentication schemes.</summary>
public static class OciAuthenticationDefaults
{
    /// <summary>The scheme of <c>AddOciHtpasswd</c>.</summary>
    public const string HtpasswdScheme = "OciHtpasswd";

    /// <summary>The scheme of <c>AddOciTokens</c>.</summary>
    public const string TokenScheme = "OciTokens";
}
