using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Errors;
using Oci.Distribution.AspNetCore.Routing;

namespace Oci.Distribution.AspNetCore.Repositories;

/// <summary><c>GET /v2/_catalog</c>: not of the spec, but of every registry since docker's.</summary>
internal sealed class CatalogEndpoint(RepositoryStore repositories, IOptions<OciRegistryOptions> options)
{
    public async Task ListAsync(HttpContext context)
    {
        if (Page.Parse(context.Request.Query, options.Value.MaxPageSize, out Page page) is { } error)
        {
            await error.WriteAsync(context).ConfigureAwait(false);
            return;
        }
        IReadOnlyList<string> names = page.Take(await repositories.ListAsync(context.RequestAborted).ConfigureAwait(false), out bool hasMore);
        if (hasMore)
        {
            page.SetLink(context.Response, $"{context.Request.PathBase.ToUriComponent()}/v2/_catalog", names[^1]);
        }
        await context.Response.WriteJsonAsync(new RepositoryList(names), RegistryJsonContext.Default.RepositoryList, context.RequestAborted).ConfigureAwait(false);
    }
}
