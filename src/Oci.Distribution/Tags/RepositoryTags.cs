using System.Net;
using Oci.Distribution.Http;

namespace Oci.Distribution.Tags;

/// <summary>The tags of a repository (distribution-spec, end-8, end-9).</summary>
public sealed class RepositoryTags
{
    private readonly Repository _repository;
    private readonly RegistryTransport _transport;

    internal RepositoryTags(Repository repository, RegistryTransport transport)
    {
        _repository = repository;
        _transport = transport;
    }

    /// <summary>The tags, page by page, in the registry's order, which the spec wants to be lexical. None where there is no such repository.</summary>
    /// <param name="options">After which, and in pages of which size; <see langword="null"/> for all, in the registry's pages. Read when the first page is.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    /// <exception cref="RegistryException">The registry refused, could not be reached, or sent pages that do not end.</exception>
    public IAsyncEnumerable<string> ListAsync(PageOptions? options = null, CancellationToken cancellationToken = default) =>
        new Pager(_transport, _repository.PullScope, mayBeMissing: true)
            .ListAsync($"/v2/{_repository.Name}/tags/list", DistributionJsonContext.Default.TagList, page => page.Tags, options ?? new PageOptions(), cancellationToken);

    /// <summary>Deletes a tag and leaves its manifest. Many registries do not allow it, and delete by digest only: see <see cref="Manifests.RepositoryManifests.DeleteAsync"/>, which takes all tags of a manifest.</summary>
    /// <returns>False where there was none.</returns>
    /// <exception cref="FormatException">The tag is none by distribution-spec.</exception>
    /// <exception cref="RegistryException">The registry refused, or could not be reached.</exception>
    public async Task<bool> DeleteAsync(string tag, CancellationToken cancellationToken = default)
    {
        ReferenceGrammar.CheckTag(tag);
        using HttpRequestMessage request = _transport.CreateRequest(HttpMethod.Delete, $"/v2/{_repository.Name}/manifests/{tag}", _repository.DeleteScope);
        using HttpResponseMessage response = await _transport.SendAsync(request, cancellationToken, HttpStatusCode.Accepted, HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.BadRequest, HttpStatusCode.MethodNotAllowed).ConfigureAwait(false);
        if (response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed)
        {
            throw await _transport.ReadErrorAsync(response, request, cancellationToken, "The registry does not delete tags. Where it deletes manifests, delete by digest, which takes all the tags of one.").ConfigureAwait(false);
        }
        return response.StatusCode != HttpStatusCode.NotFound;
    }
}
