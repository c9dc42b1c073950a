using System.Text.Json.Serialization;

namespace Oci.Distribution.AspNetCore.Tokens;

/// <summary>The header of a token (RFC 7515). The key decides what it must say; nothing is chosen by it.</summary>
internal sealed record TokenHeader(
    [property: JsonPropertyName("typ")] string? Type,
    [property: JsonPropertyName("alg")] string? Algorithm,
    [property: JsonPropertyName("kid")] string? KeyId);
