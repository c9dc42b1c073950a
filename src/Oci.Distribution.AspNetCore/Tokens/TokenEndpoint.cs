using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Authentication;
using Oci.Distribution.AspNetCore.Errors;
using Oci.Distribution.AspNetCore.Routing;

namespace Oci.Distribution.AspNetCore.Tokens;

/// <summary>The token service: who logs in, or nobody, gets a token for what is asked for and permitted.</summary>
internal sealed class TokenEndpoint(TokenIssuer issuer, TokenGrants grants, HtpasswdVerifiers verifiers, IOptionsMonitor<RegistryTokenOptions> options)
{
    private static readonly ClaimsPrincipal Anonymous = new(new ClaimsIdentity());

    public async Task HandleAsync(HttpContext context)
    {
        RegistryTokenOptions settings = options.Get(OciAuthenticationDefaults.TokenScheme);
        context.Response.Headers.CacheControl = "no-store";
        TokenRequest? request;
        try
        {
            request = await TokenRequest.ReadAsync(context).ConfigureAwait(false);
        }
        catch (Exception e) when (e is BadHttpRequestException or InvalidDataException)
        {
            request = null;
        }
        if (request is null || request.Service.Length > 0 && request.Service != settings.Service)
        {
            await RefuseAsync(context, $"Ask for the service '{settings.Service}' and for scopes of the form repository:NAME:ACTIONS, by GET or with a form.").ConfigureAwait(false);
            return;
        }
        if (request.GrantType is not ("" or "password" or "refresh_token") || HttpMethods.IsPost(context.Request.Method) && request.GrantType.Length == 0)
        {
            await RefuseAsync(context, "The grant_type must be password or refresh_token.").ConfigureAwait(false);
            return;
        }
        ClaimsPrincipal? user = request.GrantType == "refresh_token"
            ? await FindRefreshedAsync(context, settings, request.RefreshToken).ConfigureAwait(false)
            : await LogInAsync(context, settings, request).ConfigureAwait(false);
        if (user is null)
        {
            await ChallengeAsync(context, settings).ConfigureAwait(false);
            return;
        }
        string? refreshToken = request.RefreshToken.Length > 0 ? request.RefreshToken : request.IsOffline ? issuer.IssueRefresh(user) : null;
        TokenAnswer answer = issuer.Issue(user, await grants.FindAsync(context, user, request.Scopes).ConfigureAwait(false), refreshToken);
        await context.Response.WriteJsonAsync(answer, TokenJsonContext.Default.TokenAnswer, context.RequestAborted).ConfigureAwait(false);
    }

    // The user, nobody, or null where what was sent is wrong.
    private static async Task<ClaimsPrincipal?> LogInAsync(HttpContext context, RegistryTokenOptions settings, TokenRequest request)
    {
        if (request.GrantType == "password")
        {
            // The login scheme knows Basic; a form says the same in other words.
            context.Request.Headers.Authorization = BasicCredentials.Format(request.UserName, request.Password);
        }
        if (settings.LoginScheme is not { } scheme)
        {
            return context.Request.Headers.Authorization.Count == 0 ? Anonymous : null;
        }
        AuthenticateResult result = await context.AuthenticateAsync(scheme).ConfigureAwait(false);
        return result.Succeeded ? result.Principal : result.None && request.GrantType.Length == 0 ? Anonymous : null;
    }

    // A refresh token ends with the password that it was got by, and with its user. What else is known of the user is found anew.
    private async Task<ClaimsPrincipal?> FindRefreshedAsync(HttpContext context, RegistryTokenOptions settings, string token)
    {
        if (settings.LoginScheme is not { } scheme || issuer.ReadRefresh(token) is not { Subject: { Length: > 0 } name } payload
            || verifiers.Get(scheme).Find(name) is not { } entry || PasswordStamp.Of(entry) != payload.Stamp)
        {
            return null;
        }
        ClaimsPrincipal user = HtpasswdUser.Create(name, entry, scheme);
        return context.RequestServices.GetService<IClaimsTransformation>() is { } transformation
            ? await transformation.TransformAsync(user).ConfigureAwait(false)
            : user;
    }

    private static async Task ChallengeAsync(HttpContext context, RegistryTokenOptions settings)
    {
        if (settings.LoginScheme is { } scheme)
        {
            await context.ChallengeAsync(scheme).ConfigureAwait(false);
        }
        if (!context.Response.HasAnswer())
        {
            await RegistryError.Unauthorized().WriteAsync(context).ConfigureAwait(false);
        }
    }

    private static Task RefuseAsync(HttpContext context, string problem) =>
        new RegistryError(StatusCodes.Status400BadRequest, ErrorCodes.Unsupported, problem).WriteAsync(context);
}
