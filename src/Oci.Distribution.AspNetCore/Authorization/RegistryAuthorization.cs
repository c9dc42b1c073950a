using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Errors;
using Oci.Distribution.AspNetCore.Routing;

namespace Oci.Distribution.AspNetCore.Authorization;

/// <summary>Asks the app's policy, where the options name one.</summary>
internal sealed class RegistryAuthorization(IOptions<OciRegistryOptions> options)
{
    public async Task<bool> IsAllowedAsync(HttpContext context, RepositoryName? repository, RegistryAction action)
    {
        if (options.Value.AuthorizationPolicy is not { } policy)
        {
            return true;
        }
        var service = context.RequestServices.GetRequiredService<IAuthorizationService>();
        AuthorizationResult result = await service.AuthorizeAsync(context.User, new RegistryResource(repository?.ToString(), action), policy).ConfigureAwait(false);
        return result.Succeeded;
    }

    /// <summary>Answers 401 with the scheme's challenge to who is unknown, and 403 to who is known and may not.</summary>
    public static async Task RefuseAsync(HttpContext context)
    {
        if (context.User.Identity?.IsAuthenticated == true)
        {
            await new RegistryError(StatusCodes.Status403Forbidden, ErrorCodes.Denied, "This is not permitted to you.").WriteAsync(context).ConfigureAwait(false);
            return;
        }
        if (await context.RequestServices.GetRequiredService<IAuthenticationSchemeProvider>().GetDefaultChallengeSchemeAsync().ConfigureAwait(false) is not null)
        {
            await context.ChallengeAsync().ConfigureAwait(false);
        }
        if (!context.Response.HasStarted)
        {
            await new RegistryError(StatusCodes.Status401Unauthorized, ErrorCodes.Unauthorized, "Log in first.").WriteAsync(context).ConfigureAwait(false);
        }
    }
}
