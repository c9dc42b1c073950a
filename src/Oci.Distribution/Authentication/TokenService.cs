using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Oci.Distribution.Http;

namespace Oci.Distribution.Authentication;

/// <summary>Gets Bearer tokens from the service that a registry's challenge names (Docker token and OAuth2 specifications).</summary>
internal sealed class TokenService(Uri registry, HttpMessageInvoker invoker, RegistryClientOptions options, ILogger logger)
{
    private const double DefaultLifetime = 60;
    private const double MaxLifetime = 24 * 60 * 60;

    // A header of more is refused by most servers, and no token service issues one.
    private const int MaxTokenLength = 64 * 1024;

    private readonly RealmTrust _trust = new(registry, options.TrustedHosts);
    private readonly TimeProvider _timeProvider = options.TimeProvider;
    private readonly TimeSpan _idleTimeout = options.IdleTimeout;

    public async Task<AccessToken> GetAsync(Challenge challenge, AccessScope scope, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        Uri realm = _trust.Check(challenge["realm"], credential is not null);
        logger.AskingForToken(UriRules.WithoutSecrets(realm), scope.Text);
        using HttpRequestMessage request = credential?.IdentityToken is string identityToken
            ? CreateExchange(realm, challenge["service"], scope, identityToken)
            : CreateGet(realm, challenge["service"], scope, credential);
        using HttpResponseMessage response = await invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            string hint = credential is null
                ? "It wants a login: set RegistryClientOptions.Credentials."
                : $"The login ({credential.Describe()}) may be wrong or expired: log in again.";
            throw new RegistryAuthenticationException($"The token service answered {(int)response.StatusCode}.", request.Method, realm, hint)
            {
                StatusCode = response.StatusCode,
                Credential = credential?.Describe(),
                IsTransient = RetryPolicy.IsTransient(response.StatusCode),
            };
        }
        return await ReadAsync(response, request.Method, realm, scope, cancellationToken).ConfigureAwait(false);
    }

    private async Task<AccessToken> ReadAsync(HttpResponseMessage response, HttpMethod method, Uri realm, AccessScope scope, CancellationToken cancellationToken)
    {
        DateTimeOffset now = _timeProvider.GetUtcNow();
        byte[] body = await CappedContent.ReadAsync(response.Content, CappedContent.MaxTokenSize, _idleTimeout, _timeProvider, cancellationToken).ConfigureAwait(false)
            ?? throw new RegistryAuthenticationException($"The token service's answer has more than {CappedContent.MaxTokenSize} bytes.", method, realm);
        TokenResponse? parsed;
        try
        {
            parsed = JsonSerializer.Deserialize(body, DistributionJsonContext.Default.TokenResponse);
        }
        catch (JsonException e)
        {
            // The exception's own text may quote the token, so it is not kept.
            throw new RegistryAuthenticationException($"The token service's answer is not the JSON it must be (line {e.LineNumber + 1}).", method, realm);
        }
        string? token = string.IsNullOrEmpty(parsed?.Token) ? parsed?.AccessToken : parsed.Token;
        if (string.IsNullOrEmpty(token) || token.Length > MaxTokenLength || token.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new RegistryAuthenticationException("The token service's answer holds no token that a header can carry.", method, realm);
        }
        double lifetime = parsed!.ExpiresIn is > 0 and <= MaxLifetime ? parsed.ExpiresIn.Value : DefaultLifetime;
        // A tenth earlier, 30 seconds at most: the token has a way to go, and clocks differ.
        return new AccessToken(token, scope, now + TimeSpan.FromSeconds(lifetime - Math.Min(lifetime / 10, 30)));
    }

    private static HttpRequestMessage CreateGet(Uri realm, string? service, AccessScope scope, RegistryCredential? credential)
    {
        var query = new StringBuilder(realm.Query.TrimStart('?'));
        foreach ((string name, string value) in Parameters(service, scope))
        {
            query.Append(query.Length == 0 ? "" : "&").Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }
        var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(realm) { Query = query.ToString() }.Uri);
        if (credential is not null)
        {
            request.Headers.Authorization = BasicHeader(credential);
        }
        return request;
    }

    private static HttpRequestMessage CreateExchange(Uri realm, string? service, AccessScope scope, string identityToken)
    {
        Dictionary<string, string> form = new()
        {
            ["grant_type"] = "refresh_token",
            ["client_id"] = "oci-sdk-dotnet",
            ["refresh_token"] = identityToken,
            ["scope"] = scope.Text,
        };
        if (service is not null)
        {
            form["service"] = service;
        }
        return new HttpRequestMessage(HttpMethod.Post, realm) { Content = new FormUrlEncodedContent(form) };
    }

    public static AuthenticationHeaderValue BasicHeader(RegistryCredential credential) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}")));

    private static IEnumerable<(string Name, string Value)> Parameters(string? service, AccessScope scope)
    {
        if (service is not null)
        {
            yield return ("service", service);
        }
        foreach (string one in scope.Scopes)
        {
            yield return ("scope", one);
        }
    }
}
