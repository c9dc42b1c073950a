using Oci.Distribution.Authentication;

namespace Oci.Distribution.Http;

/// <summary>What the handlers know about a request beside its HTTP parts.</summary>
internal static class RequestRules
{
    private static readonly HttpRequestOptionsKey<AccessScope> ScopeKey = new("Oci.Distribution.Scope");

    private static readonly HttpRequestOptionsKey<RegistryCredential?> CredentialKey = new("Oci.Distribution.Credential");
    private static readonly HttpRequestOptionsKey<bool> RenewedKey = new("Oci.Distribution.Renewed");

    /// <summary>The credential that stands behind what was sent, for messages; <see langword="null"/> where there is none.</summary>
    public static RegistryCredential? GetCredential(HttpRequestMessage request) => request.Options.TryGetValue(CredentialKey, out RegistryCredential? credential) ? credential : null;

    public static void SetCredential(HttpRequestMessage request, RegistryCredential? credential) => request.Options.Set(CredentialKey, credential);

    /// <summary>True where the request was refused with a token that has been replaced since, and could not be sent again by itself.</summary>
    public static bool IsRenewed(HttpRequestMessage request) => request.Options.TryGetValue(RenewedKey, out bool renewed) && renewed;

    public static void SetRenewed(HttpRequestMessage request) => request.Options.Set(RenewedKey, true);

    /// <summary>The access that the request needs, for token services.</summary>
    public static AccessScope GetScope(HttpRequestMessage request) =>
        request.Options.TryGetValue(ScopeKey, out AccessScope? scope) ? scope : AccessScope.None;

    public static void SetScope(HttpRequestMessage request, AccessScope scope) => request.Options.Set(ScopeKey, scope);

    /// <summary>True where the body is in memory, so that the request can be sent a second time.</summary>
    public static bool HasReplayableBody(HttpRequestMessage request) =>
        request.Content is null or ByteArrayContent or ReadOnlyMemoryContent;

    /// <summary>True where a second try after a broken connection does no harm.</summary>
    /// <remarks>A PATCH whose answer was lost may have been stored: only asking the session tells, and the uploader does.</remarks>
    public static bool IsRepeatable(HttpRequestMessage request) =>
        request.Method != HttpMethod.Patch && HasReplayableBody(request);
}
