using System.Text.Json.Serialization;

namespace Oci.Distribution.AspNetCore.Tokens;

/// <summary>The claims of a token (RFC 7519, section 4.1), and those of Docker's token authentication.</summary>
internal sealed record TokenPayload
{
    [JsonPropertyName("iss")]
    public string? Issuer { get; init; }

    /// <summary>The user's name; empty for who did not log in.</summary>
    [JsonPropertyName("sub")]
    public string? Subject { get; init; }

    [JsonPropertyName("aud")]
    public string? Audience { get; init; }

    [JsonPropertyName("exp")]
    public long Expires { get; init; }

    [JsonPropertyName("nbf")]
    public long NotBefore { get; init; }

    [JsonPropertyName("iat")]
    public long IssuedAt { get; init; }

    [JsonPropertyName("jti")]
    public string? Id { get; init; }

    /// <summary>The user's roles when the token was issued; none in a refresh token, which lives too long for that.</summary>
    [JsonPropertyName("roles")]
    public IReadOnlyList<string>? Roles { get; init; }

    /// <summary>What the token permits; none in a refresh token.</summary>
    [JsonPropertyName("access")]
    public IReadOnlyList<TokenAccess>? Access { get; init; }

    /// <summary>In a refresh token, which password the user had: another one ends it.</summary>
    [JsonPropertyName("stamp")]
    public string? Stamp { get; init; }
}
