using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Oci.Distribution.Authentication;
using Oci.Distribution.Http;

namespace Oci.Distribution.Tags;

/// <summary>Walks a list that comes in pages, by the <c>Link</c> header, or by the last name where a registry sends none.</summary>
internal sealed class Pager(RegistryTransport transport, AccessScope scope, bool mayBeMissing = false)
{
    /// <summary>The most pages of one list. With a thousand names a page, as is usual, ten million names.</summary>
    public const int MaxPages = 10_000;

    public async IAsyncEnumerable<string> ListAsync<T>(string path, JsonTypeInfo<T> type, Func<T, List<string>?> items, PageOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        // Read now: the caller may change them between two pages.
        var page = new PageOptions { PageSize = options.PageSize };
        var walk = new PageWalk(new Uri(transport.Registry, $"{path}{page.ToQuery(options.After)}"));
        string? firstBefore = null;
        // No such list at all is an empty one, where the caller says so. A page that the registry itself named and does not have is a broken list.
        HttpStatusCode[] expected = mayBeMissing ? [HttpStatusCode.OK, HttpStatusCode.NotFound] : [HttpStatusCode.OK];
        while (walk.Next is Uri uri)
        {
            using HttpRequestMessage request = transport.CreateRequest(HttpMethod.Get, uri, scope);
            List<string> names;
            using (HttpResponseMessage response = await transport.SendAsync(request, cancellationToken, expected).ConfigureAwait(false))
            {
                if (response.StatusCode == HttpStatusCode.NotFound)
                {
                    yield break;
                }
                byte[] body = await transport.ReadBodyAsync(response, request, CappedContent.MaxPageSize, cancellationToken).ConfigureAwait(false);
                names = items(Parse(body, type, request)) ?? [];
                walk.MoveOn(response, request);
                expected = [HttpStatusCode.OK];
            }
            if (firstBefore is not null && names.Count > 0 && names[0] == firstBefore)
            {
                // It knows no "last" and sent the same page again: there was no more.
                yield break;
            }
            foreach (string name in names)
            {
                yield return name;
            }
            // Registries before 1.1 send no Link, and a full page is then all that tells of more. More than was asked for is all there is.
            bool asksOn = walk.Next is null && names.Count > 0 && names.Count == page.PageSize;
            firstBefore = asksOn ? names[0] : null;
            if (asksOn)
            {
                walk.MoveTo(new Uri(transport.Registry, $"{path}{page.ToQuery(names[^1])}"), request);
            }
        }
    }

    private static T Parse<T>(byte[] body, JsonTypeInfo<T> type, HttpRequestMessage request)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw new RegistryException("The answer is null, where a list is due.", request.Method, request.RequestUri);
        }
        catch (JsonException e)
        {
            throw new RegistryException($"The answer is not the JSON it must be: {e.Message}", request.Method, request.RequestUri, innerException: e);
        }
    }
}
