using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Authorization;
using Oci.Distribution.AspNetCore.Errors;
using Oci.Distribution.AspNetCore.Routing;

namespace Oci.Distribution.AspNetCore.Repositories;

/// <summary><c>GET /v2/_catalog</c>: not of the spec, but of every registry since docker's.</summary>
internal sealed class CatalogEndpoint(RepositoryStore repositories, RegistryAuthorization authorization, IOptions<OciRegistryOptions> options)
{
    public async Task ListAsync(HttpContext context)
    {
        if (Page.Parse(context.Request.Query, options.Value.MaxPageSize, out Page page) is { } error)
        {
            await error.WriteAsync(context).ConfigureAwait(false);
            return;
        }
        IReadOnlyList<string> all = await repositories.ListAsync(context.RequestAborted).ConfigureAwait(false);
        IReadOnlyList<string> names = page.Take(authorization.IsOpen ? all : await FilterAsync(context, all, page).ConfigureAwait(false), out bool hasMore);
        if (hasMore)
        {
            page.SetLink(context.Response, $"{context.Request.PathBase.ToUriComponent()}/v2/_catalog", names[^1]);
        }
        await context.Response.WriteJsonAsync(new RepositoryList(names), RegistryJsonContext.Default.RepositoryList, context.RequestAborted).ConfigureAwait(false);
    }

    // The names that the user may pull from, as far as this page and one more need them: what is not to be read is not told of.
    private async Task<IReadOnlyList<string>> FilterAsync(HttpContext context, IReadOnlyList<string> names, Page page)
    {
        var permitted = new List<string>();
        foreach (string name in names)
        {
            if (permitted.Count > page.Size)
            {
                break;
            }
            if (string.CompareOrdinal(name, page.Last) > 0
                && await authorization.MayAsync(context, context.User, new RegistryResource(name, RegistryAction.Pull)).ConfigureAwait(false))
            {
                permitted.Add(name);
            }
        }
        return permitted;
    }
}
