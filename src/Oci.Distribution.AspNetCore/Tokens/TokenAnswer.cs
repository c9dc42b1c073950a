using System.Text.Json.Serialization;

namespace Oci.Distribution.AspNetCore.Tokens;

/// <summary>The answer of a token service. <c>token</c> and <c>access_token</c> are the same: clients look for one or the other.</summary>
internal sealed record TokenAnswer(
    [property: JsonPropertyName("token")] string Token,
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("expires_in")] long ExpiresIn,
    [property: JsonPropertyName("issued_at")] string IssuedAt,
    [property: JsonPropertyName("refresh_token")] string? RefreshToken,
    [property: JsonPropertyName("scope")] string? Scope);
