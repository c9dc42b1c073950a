using System.Net;
using System.Net.Http.Headers;
using Oci.Distribution.Http;
using Oci.Image;

namespace Oci.Distribution.Blobs;

/// <summary>One answer after another that carry the bytes of a blob, each from where the last one broke off.</summary>
internal sealed class BlobConnection(Repository repository, RegistryTransport transport, Descriptor descriptor) : IDisposable
{
    private HttpResponseMessage? _response;
    private HttpRequestMessage? _request;

    /// <summary>The body of the answer, which begins at the offset that was asked for.</summary>
    public Stream Body { get; private set; } = Stream.Null;

    public Descriptor Descriptor => descriptor;

    public Uri Uri { get; } = new(transport.Registry, $"/v2/{repository.Name}/blobs/{descriptor.Digest}");

    /// <summary>Asks for the blob from an offset on.</summary>
    /// <returns>How many bytes come before the offset, and are to be thrown away: a registry may not know ranges.</returns>
    public async Task<long> OpenAsync(long offset, CancellationToken cancellationToken)
    {
        Close();
        _request = transport.CreateRequest(HttpMethod.Get, Uri, repository.PullScope);
        if (offset > 0)
        {
            _request.Headers.Range = new RangeHeaderValue(offset, null);
        }
        _response = await transport.SendAsync(_request, cancellationToken, HttpStatusCode.OK, HttpStatusCode.PartialContent, HttpStatusCode.NotFound).ConfigureAwait(false);
        if (_response.StatusCode == HttpStatusCode.NotFound)
        {
            RegistryException told = await transport.ReadErrorAsync(_response, _request, cancellationToken).ConfigureAwait(false);
            throw new ContentNotFoundException(descriptor.Digest.ToString(), repository.ToString(), told);
        }
        long skip = CheckHead(_response, offset);
        Body = await _response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return skip;
    }

    /// <summary>An error for the address that is being read.</summary>
    public RegistryException Broken(Exception e) => RegistryTransport.Unreachable(e, _request!);

    public void Dispose() => Close();

    private long CheckHead(HttpResponseMessage response, long offset)
    {
        bool partial = response.StatusCode == HttpStatusCode.PartialContent;
        ContentRangeHeaderValue? range = response.Content.Headers.ContentRange;
        if (partial && (offset == 0 || range?.From != offset || (range.Length is long length && length != descriptor.Size)))
        {
            throw new RegistryException($"The registry sent the range '{range}' where bytes from {offset} of {descriptor.Size} were asked for.", HttpMethod.Get, Uri, "Its answers about ranges are not to be trusted: tell its maker.");
        }
        if (!partial && response.Content.Headers.ContentLength is long whole && whole != descriptor.Size)
        {
            throw new ContentMismatchException("blob", descriptor.Digest, descriptor.Size, actual: null, whole);
        }
        return partial ? 0 : offset;
    }

    private void Close()
    {
        Body.Dispose();
        Body = Stream.Null;
        _response?.Dispose();
        _request?.Dispose();
        _response = null;
    }
}
