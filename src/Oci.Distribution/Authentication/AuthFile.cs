using System.Text.Json.Serialization;

namespace Oci.Distribution.Authentication;

/// <summary>Docker's <c>config.json</c> and podman's <c>auth.json</c>, as far as they tell credentials (containers-auth.json(5)).</summary>
internal sealed class AuthFile
{
    [JsonPropertyName("auths")]
    public Dictionary<string, Entry?>? Auths { get; init; }

    [JsonPropertyName("credHelpers")]
    public Dictionary<string, string>? CredHelpers { get; init; }

    [JsonPropertyName("credsStore")]
    public string? CredsStore { get; init; }

    internal sealed class Entry
    {
        /// <summary>Base64 of <c>user:password</c>.</summary>
        [JsonPropertyName("auth")]
        public string? Auth { get; init; }

        [JsonPropertyName("identitytoken")]
        public string? IdentityToken { get; init; }
    }
}
