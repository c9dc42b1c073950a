using System.Text.Json.Serialization;

namespace Oci.Distribution.Authentication;

/// <summary>What a credential helper reads for <c>store</c>.</summary>
internal sealed class CredentialHelperRequest
{
    [JsonPropertyName("ServerURL")]
    public required string ServerUrl { get; init; }

    [JsonPropertyName("Username")]
    public required string Username { get; init; }

    [JsonPropertyName("Secret")]
    public required string Secret { get; init; }
}
