using System.Text.Json.Serialization;

namespace Oci.Distribution.Authentication;

/// <summary>What a credential helper prints for <c>get</c>.</summary>
internal sealed class CredentialHelperAnswer
{
    [JsonPropertyName("Username")]
    public string? Username { get; init; }

    [JsonPropertyName("Secret")]
    public string? Secret { get; init; }
}
