using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Errors;
using Oci.Distribution.AspNetCore.Repositories;
using Oci.Distribution.AspNetCore.Routing;

namespace Oci.Distribution.AspNetCore.Tags;

/// <summary><c>GET /v2/NAME/tags/list</c> (end-8a and end-8b).</summary>
internal sealed class TagEndpoints(TagStore tags, RepositoryStore repositories, IOptions<OciRegistryOptions> options)
{
    public async Task ListAsync(RegistryCall call)
    {
        if (!await repositories.ExistsAsync(call.Repository, call.Cancellation).ConfigureAwait(false))
        {
            await RegistryError.NameUnknown(call.Repository).WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        await AnswerAsync(call, await tags.ListAsync(call.Repository, call.Cancellation).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>Answers with a page of a repository's tags, which are in ordinal order.</summary>
    public async Task AnswerAsync(RegistryCall call, IReadOnlyList<string> all)
    {
        if (Page.Parse(call.Request.Query, options.Value.MaxPageSize, out Page page) is { } error)
        {
            await error.WriteAsync(call.Context).ConfigureAwait(false);
            return;
        }
        IReadOnlyList<string> names = page.Take(all, out bool hasMore);
        if (hasMore)
        {
            page.SetLink(call.Response, call.PathOf("tags/list"), names[^1]);
        }
        await call.Response.WriteJsonAsync(new TagList(call.Repository.ToString(), names), RegistryJsonContext.Default.TagList, call.Cancellation).ConfigureAwait(false);
    }
}
