using System.Text.Json.Serialization;

namespace Oci.Distribution.Authentication;

/// <summary>The answer of a token service: <c>token</c> by Docker's rules, <c>access_token</c> by OAuth2's.</summary>
internal sealed class TokenResponse
{
    [JsonPropertyName("token")]
    public string? Token { get; init; }

    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }

    /// <summary>In seconds; 60 where absent, says Docker's token specification.</summary>
    [JsonPropertyName("expires_in")]
    public double? ExpiresIn { get; init; }
}
