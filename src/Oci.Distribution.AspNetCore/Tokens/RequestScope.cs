using Microsoft.AspNetCore.Http;
using Oci.Distribution.AspNetCore.Routing;

namespace Oci.Distribution.AspNetCore.Tokens;

/// <summary>The scope that a request needs, for the challenge that tells the client what to ask a token for.</summary>
internal static class RequestScope
{
    private const string Prefix = "/v2/";

    /// <summary>The scopes, separated by spaces; <see langword="null"/> where any token will do.</summary>
    public static string? Of(HttpRequest request)
    {
        string path = request.Path.Value ?? "";
        if (!path.StartsWith(Prefix, StringComparison.Ordinal) || !RegistryRoute.TryParse(path[Prefix.Length..], out RegistryRoute route))
        {
            return null;
        }
        switch (route.Endpoint)
        {
            case RegistryEndpoint.Base:
                return null;
            case RegistryEndpoint.Catalog:
                return new TokenAccess(TokenAccess.RegistryType, TokenAccess.Catalog, [TokenAccess.Any]).ToString();
        }
        // What is not a name stands in no header.
        if (!RepositoryName.TryParse(route.Name, out _))
        {
            return null;
        }
        string scope = new TokenAccess(TokenAccess.RepositoryType, route.Name, ActionsOf(route.Endpoint, request.Method)).ToString();
        string from = request.Query["from"].ToString();
        return route.Endpoint == RegistryEndpoint.Uploads && from != route.Name && RepositoryName.TryParse(from, out _)
            ? $"{scope} {new TokenAccess(TokenAccess.RepositoryType, from, [TokenAccess.Pull])}"
            : scope;
    }

    // Who pushes reads as well: HEAD comes before each blob.
    private static string[] ActionsOf(RegistryEndpoint endpoint, string method) =>
        endpoint is RegistryEndpoint.Uploads or RegistryEndpoint.Upload || HttpMethods.IsPut(method) || HttpMethods.IsPost(method) || HttpMethods.IsPatch(method)
            ? [TokenAccess.Pull, TokenAccess.Push]
            : [HttpMethods.IsDelete(method) ? TokenAccess.Delete : TokenAccess.Pull];
}
