using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Tokens;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Puts the OCI registry of an app under its path.</summary>
public static class OciRegistryEndpointRouteBuilderExtensions
{
    /// <summary>Maps <c>/v2/</c> and all below it to the registry that <c>AddOciRegistry</c> added.</summary>
    /// <param name="endpoints">The app. Not a group of it: clients ask for <c>/v2/</c> at the root of a host, and a proxy that puts it elsewhere goes with <c>UsePathBase</c>.</param>
    /// <returns>A builder for conventions that hold for the whole registry, such as <c>RequireAuthorization</c>.</returns>
    /// <exception cref="InvalidOperationException"><c>AddOciRegistry</c> was not called, or <paramref name="endpoints"/> is a group.</exception>
    public static IEndpointConventionBuilder MapOciRegistry(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (endpoints is RouteGroupBuilder)
        {
            throw new InvalidOperationException("A registry cannot be mapped below a group: its clients know no prefix. Call app.MapOciRegistry(), and app.UsePathBase(...) where a proxy puts it below a path.");
        }
        RegistryRequestHandler handler = endpoints.ServiceProvider.GetService<RegistryRequestHandler>()
            ?? throw new InvalidOperationException("Call builder.Services.AddOciRegistry(...) before app.MapOciRegistry().");
        // Names hold slashes, which no route template can tell from the rest: one catch-all, and the path read by hand.
        return endpoints.Map("/v2/{**path}", handler.HandleAsync).WithDisplayName("OCI registry");
    }

    /// <summary>Maps the endpoint where registry clients get the tokens of <c>AddOciTokens</c>, by GET or with an OAuth2 form.</summary>
    /// <param name="endpoints">The app.</param>
    /// <param name="path">Where to put it; <c>/token</c> by default. Challenges tell clients.</param>
    /// <returns>A builder for conventions, such as rate limits.</returns>
    /// <exception cref="InvalidOperationException"><c>AddOciTokens</c> was not called.</exception>
    public static IEndpointConventionBuilder MapOciTokens(this IEndpointRouteBuilder endpoints, string path = "/token")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentException.ThrowIfNullOrEmpty(path);
        TokenEndpoint endpoint = endpoints.ServiceProvider.GetService<TokenEndpoint>()
            ?? throw new InvalidOperationException("Call builder.Services.AddAuthentication().AddOciTokens() before app.MapOciTokens().");
        endpoints.ServiceProvider.GetRequiredService<TokenIssuer>().Pattern = path.StartsWith('/') ? path : $"/{path}";
        // Who asks has no token yet, also where the app's fallback policy wants a login of everybody.
        return endpoints.MapMethods(path, ["GET", "POST"], endpoint.HandleAsync).WithDisplayName("OCI registry tokens").AllowAnonymous();
    }
}
