using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Errors;

namespace Oci.Distribution.AspNetCore.Tokens;

/// <summary>Takes the tokens that this registry issued, and tells clients where to get one and for what (Docker's "Token Authentication").</summary>
internal sealed class RegistryTokenHandler(IOptionsMonitor<RegistryTokenOptions> options, ILoggerFactory logger, UrlEncoder encoder, TokenIssuer issuer)
    : AuthenticationHandler<RegistryTokenOptions>(options, logger, encoder)
{
    private const string Prefix = "Bearer ";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        string header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }
        if (issuer.Read(header[Prefix.Length..].Trim()) is not { } payload)
        {
            return Task.FromResult(AuthenticateResult.Fail("The token is not one of this registry, or has expired."));
        }
        var user = new ClaimsPrincipal(new RegistryTokenIdentity(payload, Scheme.Name));
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(user, Scheme.Name)));
    }

    // A token that permits too little gets 401, not 403: only then do clients ask for one that permits more.
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        AuthenticateResult result = await HandleAuthenticateOnceSafeAsync().ConfigureAwait(false);
        string scope = RequestScope.Of(Request) is { } needed ? $",scope=\"{needed}\"" : "";
        string error = result.Succeeded ? ",error=\"insufficient_scope\"" : result.Failure is not null ? ",error=\"invalid_token\"" : "";
        Response.Headers.Append("WWW-Authenticate", $"Bearer realm=\"{GetRealm()}\",service=\"{Options.Service}\"{scope}{error}");
        RegistryError refusal = result.Succeeded
            ? new RegistryError(StatusCodes.Status401Unauthorized, ErrorCodes.Denied, "The token does not permit this. Get one for the scope of the challenge, if you may.")
            : RegistryError.Unauthorized();
        await refusal.WriteAsync(Context).ConfigureAwait(false);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => HandleChallengeAsync(properties);

    private string GetRealm()
    {
        if (Options.Realm is { } realm)
        {
            return realm.AbsoluteUri;
        }
        string pattern = issuer.Pattern ?? throw new InvalidOperationException("Clients cannot be told where to get a token: call app.MapOciTokens(), or set RegistryTokenOptions.Realm.");
        return $"{Request.Scheme}://{Request.Host.ToUriComponent()}{Request.PathBase.ToUriComponent()}{pattern}";
    }
}
