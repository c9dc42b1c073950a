using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Oci.Distribution.Authentication;
using Oci.Distribution.Http;

namespace Oci.Distribution.Tags;

/// <summary>Walks a list that comes in pages, by the <c>Link</c> header.</summary>
internal sealed class Pager(RegistryTransport transport, AccessScope scope)
{
    /// <summary>The most pages of one list. With a thousand names a page, as is usual, ten million names.</summary>
    public const int MaxPages = 10_000;

    public async IAsyncEnumerable<string> ListAsync<T>(string path, JsonTypeInfo<T> type, Func<T, List<string>?> items, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        await foreach (T page in ListPagesAsync(new Uri(transport.Registry, path), type, cancellationToken).ConfigureAwait(false))
        {
            foreach (string item in items(page) ?? [])
            {
                yield return item;
            }
        }
    }

    private async IAsyncEnumerable<T> ListPagesAsync<T>(Uri first, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        var walk = new PageWalk(first);
        while (walk.Next is Uri uri)
        {
            using HttpRequestMessage request = transport.CreateRequest(HttpMethod.Get, uri, scope);
            T page;
            using (HttpResponseMessage response = await transport.SendAsync(request, cancellationToken, HttpStatusCode.OK).ConfigureAwait(false))
            {
                byte[] body = await transport.ReadBodyAsync(response, request, CappedContent.MaxPageSize, cancellationToken).ConfigureAwait(false);
                page = Parse(body, type, request);
                walk.MoveOn(response, request);
            }
            yield return page;
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
