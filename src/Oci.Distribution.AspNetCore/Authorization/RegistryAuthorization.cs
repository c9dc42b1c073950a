using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Authentication;
using Oci.Distribution.AspNetCore.Errors;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Tokens;

namespace Oci.Distribution.AspNetCore.Authorization;

/// <summary>Decides who may do what: by the request's token, the app's policy or callback, or whether somebody is logged in at all.</summary>
internal sealed class RegistryAuthorization(IOptions<OciRegistryOptions> options, IEnumerable<RegistryLogin> logins)
{
    private readonly bool _hasLogin = logins.Any();

    /// <summary>True where everybody may do everything.</summary>
    public bool IsOpen => !_hasLogin && options.Value is { AuthorizationPolicy: null, Authorize: null };

    /// <summary>Whether a request may do this. A token says all that it permits: its user was asked about when it was issued.</summary>
    public ValueTask<bool> IsAllowedAsync(HttpContext context, RepositoryName? repository, RegistryAction action)
    {
        if (IsOpen)
        {
            return new(true);
        }
        var resource = new RegistryResource(repository?.ToString(), action);
        return RegistryTokenIdentity.Find(context.User) is { } token
            ? new(token.Permits(resource))
            : MayAsync(context, context.User, resource);
    }

    /// <summary>Whether a user may do this, whatever the request's token says.</summary>
    public async ValueTask<bool> MayAsync(HttpContext context, ClaimsPrincipal user, RegistryResource resource)
    {
        if (options.Value.AuthorizationPolicy is { } policy)
        {
            var service = context.RequestServices.GetRequiredService<IAuthorizationService>();
            AuthorizationResult result = await service.AuthorizeAsync(user, resource, policy).ConfigureAwait(false);
            return result.Succeeded;
        }
        bool isKnown = user.Identity?.IsAuthenticated == true;
        if (options.Value.Authorize is not { } authorize)
        {
            return isKnown || !_hasLogin;
        }
        // Clients log in where this endpoint tells them to, and nowhere else; so it asks everybody, as far as there is a way.
        return resource.Action == RegistryAction.Connect
            ? isKnown || context.RequestServices.GetService<IAuthenticationSchemeProvider>() is null
            : authorize(user, resource);
    }

    /// <summary>Answers 401 with the scheme's challenge to who is unknown or has a token for less, and 403 to who is known and may not.</summary>
    public static async Task RefuseAsync(HttpContext context)
    {
        if (context.User.Identity?.IsAuthenticated == true && RegistryTokenIdentity.Find(context.User) is null)
        {
            await RegistryError.Denied().WriteAsync(context).ConfigureAwait(false);
            return;
        }
        if (context.RequestServices.GetService<IAuthenticationSchemeProvider>() is { } schemes
            && await schemes.GetDefaultChallengeSchemeAsync().ConfigureAwait(false) is not null)
        {
            await context.ChallengeAsync().ConfigureAwait(false);
        }
        if (!context.Response.HasAnswer())
        {
            await RegistryError.Unauthorized().WriteAsync(context).ConfigureAwait(false);
        }
    }
}
