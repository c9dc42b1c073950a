using System.Net;
using Oci.Distribution.Http;
using Oci.Image;

namespace Oci.Distribution.Manifests;

/// <summary>Asks for manifests, by GET or by HEAD.</summary>
internal sealed class ManifestReader(Repository repository, RegistryTransport transport)
{
    /// <summary>Reads a manifest; <see langword="null"/> where there is none.</summary>
    /// <param name="reference">A tag or a digest.</param>
    /// <param name="expected">The digest, where the reference is one.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<Manifest?> GetAsync(string reference, Digest expected, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = CreateRequest(HttpMethod.Get, reference);
        using HttpResponseMessage response = await transport.SendAsync(request, cancellationToken, HttpStatusCode.OK, HttpStatusCode.NotFound).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
        byte[] content = await transport.ReadBodyAsync(response, request, transport.MaxManifestSize, cancellationToken).ConfigureAwait(false);
        Digest digest = expected != default ? expected : ChooseDigest(response, content);
        Digest actual = Digest.Compute(digest.Algorithm, content);
        if (actual != digest)
        {
            throw new ContentMismatchException("manifest", digest, null, actual, content.Length);
        }
        MediaType? told = ManifestHeaders.GetMediaType(response);
        if (ManifestMediaType.Contradicts(told, ManifestMediaType.ReadOwn(content)))
        {
            throw new RegistryException($"The registry says that the manifest is {told}, and the manifest that it is {ManifestMediaType.ReadOwn(content)}: what a tool makes of it would depend on the tool.", request.Method, request.RequestUri, "Push it again with its own type.");
        }
        MediaType mediaType = ManifestMediaType.Read(told, content)
            ?? throw new RegistryException("The answer tells no media type, neither in its head nor in its body, so it cannot be used as a manifest.", request.Method, request.RequestUri);
        return new Manifest(new Descriptor { MediaType = mediaType, Digest = digest, Size = content.Length }, content);
    }

    /// <summary>Asks for the head of an answer, 200 or 404; <see langword="null"/> where the registry does not know the method here, as some old ones do not.</summary>
    public async Task<HttpResponseMessage?> HeadAsync(string reference, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = CreateRequest(HttpMethod.Head, reference);
        HttpResponseMessage response = await transport.SendAsync(request, cancellationToken, HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed, HttpStatusCode.NotImplemented).ConfigureAwait(false);
        if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound)
        {
            return response;
        }
        response.Dispose();
        return null;
    }

    /// <summary>The descriptor by HEAD where that tells all of it, else by GET; <see langword="null"/> where there is no such manifest.</summary>
    public async Task<Descriptor?> ResolveAsync(string reference, Digest expected, CancellationToken cancellationToken)
    {
        using (HttpResponseMessage? response = await HeadAsync(reference, cancellationToken).ConfigureAwait(false))
        {
            if (response?.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }
            if (response is not null && Describe(response) is Descriptor told && (expected == default || told.Digest == expected))
            {
                return told;
            }
        }
        return (await GetAsync(reference, expected, cancellationToken).ConfigureAwait(false))?.Descriptor;
    }

    /// <summary>What the head of an answer tells of a manifest; <see langword="null"/> where it is not all.</summary>
    public static Descriptor? Describe(HttpResponseMessage response) =>
        ManifestHeaders.GetDigest(response) is Digest digest
        && response.Content.Headers.ContentLength is long size
        && ManifestHeaders.GetMediaType(response) is MediaType mediaType
            ? new Descriptor { MediaType = mediaType, Digest = digest, Size = size }
            : null;

    // The header may choose the algorithm, where it is right about the bytes; it never says what they are.
    private static Digest ChooseDigest(HttpResponseMessage response, byte[] content) =>
        ManifestHeaders.GetDigest(response) is { IsComputable: true } told && Digest.Compute(told.Algorithm, content) == told
            ? told
            : Digest.Compute(content);

    private HttpRequestMessage CreateRequest(HttpMethod method, string reference)
    {
        HttpRequestMessage request = transport.CreateRequest(method, $"/v2/{repository.Name}/manifests/{reference}", repository.PullScope);
        request.Headers.TryAddWithoutValidation("Accept", ManifestHeaders.Accept);
        return request;
    }
}
