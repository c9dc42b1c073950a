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
    private EntityTagHeaderValue? _tag;

    /// <summary>The body of the answer, which begins at the offset that was asked for.</summary>
    public Stream Body { get; private set; } = Stream.Null;

    public Descriptor Descriptor => descriptor;

    public Uri Uri { get; } = new(transport.Registry, $"/v2/{repository.Name}/blobs/{descriptor.Digest}");

    /// <summary>Whether an answer is open.</summary>
    public bool IsOpen => _response is not null;

    /// <summary>Whether the answer that is open is of the range that was asked for, and not of all.</summary>
    public bool IsPartial => _response?.StatusCode == HttpStatusCode.PartialContent;

    /// <summary>True to take no answer but of the range.</summary>
    public bool RequiresPartial { get; init; }

    /// <summary>False to ask for all, and throw away what comes before the offset.</summary>
    public bool UsesRanges { get; set; } = true;

    /// <summary>Asks for the blob from an offset on.</summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="end">The byte after the last; the blob's size for all that follows.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>How many bytes come before the offset, and are to be thrown away: a registry may not know ranges.</returns>
    public async Task<long> OpenAsync(long offset, long end, CancellationToken cancellationToken)
    {
        Close();
        _request = transport.CreateRequest(HttpMethod.Get, Uri, repository.PullScope);
        bool isPart = end < descriptor.Size;
        if (UsesRanges && (offset > 0 || isPart))
        {
            _request.Headers.Range = new RangeHeaderValue(offset, isPart ? end - 1 : null);
            // Of content that is another by now, the registry then sends all, and the digest tells.
            _request.Headers.IfRange = _tag is null ? null : new RangeConditionHeaderValue(_tag);
        }
        _response = await transport.SendAsync(_request, cancellationToken, HttpStatusCode.OK, HttpStatusCode.PartialContent, HttpStatusCode.NotFound).ConfigureAwait(false);
        if (_response.StatusCode == HttpStatusCode.NotFound)
        {
            RegistryException told = await transport.ReadErrorAsync(_response, _request, cancellationToken).ConfigureAwait(false);
            throw new ContentNotFoundException(descriptor.Digest.ToString(), repository.ToString(), told);
        }
        CheckHead(_response, offset, end);
        _tag ??= _response.Headers.ETag is { IsWeak: false } tag ? tag : null;
        Body = await _response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return IsPartial ? 0 : offset;
    }

    /// <summary>An error for the address that is being read.</summary>
    public RegistryException Broken(Exception e) => RegistryTransport.Unreachable(e, _request!);

    public void Dispose() => Close();

    private void CheckHead(HttpResponseMessage response, long offset, long end)
    {
        ContentRangeHeaderValue? range = response.Content.Headers.ContentRange;
        if (!IsPartial)
        {
            if (response.Content.Headers.ContentLength is long whole && whole != descriptor.Size)
            {
                throw new ContentMismatchException("blob", descriptor.Digest, descriptor.Size, actual: null, whole);
            }
            if (RequiresPartial)
            {
                throw new RegistryException("The registry sent all of the blob where a part was asked for.", HttpMethod.Get, Uri);
            }
            return;
        }
        // A part that ends early is gone on with; one that nobody asked for, or of another place, is a lie.
        bool isAsked = _request!.Headers.Range is not null && range?.Unit == "bytes" && range.From == offset && range.To < end;
        if (!isAsked || (range!.Length is long length && length != descriptor.Size))
        {
            throw new RegistryException($"The registry sent the range '{range}' where bytes {offset} to {end - 1} of {descriptor.Size} were asked for.", HttpMethod.Get, Uri, "Its answers about ranges are not to be trusted: tell its maker.");
        }
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
