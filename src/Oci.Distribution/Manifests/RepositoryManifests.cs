using System.Net;
using Oci.Distribution.Authentication;
using Oci.Distribution.Http;
using Oci.Image;

namespace Oci.Distribution.Manifests;

/// <summary>The manifests and indexes of a repository (distribution-spec, end-3, end-7, end-9).</summary>
public sealed class RepositoryManifests
{
    // Every type that is understood, so that no registry converts what it holds into an older one.
    private static readonly string Accept = string.Join(", ",
        MediaTypes.ImageManifest, MediaTypes.ImageIndex, MediaTypes.DockerManifest, MediaTypes.DockerManifestList, "*/*;q=0.1");

    private readonly Repository _repository;
    private readonly RegistryTransport _transport;

    internal RepositoryManifests(Repository repository, RegistryTransport transport)
    {
        _repository = repository;
        _transport = transport;
    }

    /// <summary>Reads the manifest that a tag stands for; <see langword="null"/> where there is none.</summary>
    /// <remarks>The digest is that of the bytes that came. What the registry says of a tag's digest is not believed: some say it wrong.</remarks>
    /// <exception cref="FormatException">The tag is none by distribution-spec.</exception>
    /// <exception cref="RegistryException">The registry refused, could not be reached, or sent more than <see cref="RegistryClientOptions.MaxManifestSize"/>.</exception>
    public Task<Manifest?> GetAsync(string tag, CancellationToken cancellationToken = default)
    {
        ReferenceGrammar.CheckTag(tag);
        return GetAsync(tag, default, cancellationToken);
    }

    /// <summary>Reads a manifest by its digest; <see langword="null"/> where there is none.</summary>
    /// <exception cref="ContentMismatchException">What came has another digest.</exception>
    /// <exception cref="RegistryException">The registry refused, could not be reached, or sent more than <see cref="RegistryClientOptions.MaxManifestSize"/>.</exception>
    public Task<Manifest?> GetAsync(Digest digest, CancellationToken cancellationToken = default)
    {
        CheckDigest(digest);
        return GetAsync(digest.ToString(), digest, cancellationToken);
    }

    /// <summary>Whether the repository has a manifest. Nothing is read.</summary>
    /// <exception cref="RegistryException">The registry refused or could not be reached.</exception>
    public async Task<bool> ExistsAsync(Digest digest, CancellationToken cancellationToken = default)
    {
        CheckDigest(digest);
        using HttpRequestMessage request = CreateRequest(HttpMethod.Head, digest.ToString(), _repository.PullScope);
        using HttpResponseMessage response = await _transport.SendAsync(request, cancellationToken, HttpStatusCode.OK, HttpStatusCode.NotFound).ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.OK;
    }

    /// <summary>What a registry says of a tag without sending the manifest; <see langword="null"/> where there is no such tag, or it says too little.</summary>
    /// <remarks>Unverified: good for noticing that a tag has moved, at the price of one HEAD, which Docker Hub does not count as a pull.</remarks>
    /// <exception cref="FormatException">The tag is none by distribution-spec.</exception>
    /// <exception cref="RegistryException">The registry refused or could not be reached.</exception>
    public async Task<Descriptor?> PeekAsync(string tag, CancellationToken cancellationToken = default)
    {
        ReferenceGrammar.CheckTag(tag);
        using HttpRequestMessage request = CreateRequest(HttpMethod.Head, tag, _repository.PullScope);
        using HttpResponseMessage response = await _transport.SendAsync(request, cancellationToken, HttpStatusCode.OK, HttpStatusCode.NotFound).ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.OK
            && GetDigestHeader(response) is Digest digest
            && response.Content.Headers.ContentLength is long size
            && GetMediaType(response) is MediaType mediaType
            ? new Descriptor { MediaType = mediaType, Digest = digest, Size = size }
            : null;
    }

    /// <summary>Pushes a manifest or index, after what it points to.</summary>
    /// <param name="content">The exact bytes.</param>
    /// <param name="mediaType">Their type, which must be that of their own <c>mediaType</c> member where they have one.</param>
    /// <param name="tag">The tag to set; <see langword="null"/> to push by digest.</param>
    /// <param name="cancellationToken">Ends the push. It may have happened.</param>
    /// <returns>The descriptor of what was pushed.</returns>
    /// <remarks>Where the manifest has a subject and the registry lacks the referrers API, the list of referrers that stands in for it is brought up to date too.</remarks>
    /// <exception cref="FormatException">The tag is none by distribution-spec.</exception>
    /// <exception cref="RegistryException">The registry refused, as it does where blobs are missing, or could not be reached.</exception>
    public async Task<Descriptor> PushAsync(ReadOnlyMemory<byte> content, MediaType mediaType, string? tag = null, CancellationToken cancellationToken = default)
    {
        if (tag is not null)
        {
            ReferenceGrammar.CheckTag(tag);
        }
        var descriptor = Descriptor.Create(mediaType, content.Span);
        await PutAsync(descriptor, content, tag ?? descriptor.Digest.ToString(), cancellationToken).ConfigureAwait(false);
        return descriptor;
    }

    /// <summary>Deletes a manifest, with all its tags.</summary>
    /// <returns>False where there was none.</returns>
    /// <exception cref="RegistryException">The registry refused, as many do, or could not be reached.</exception>
    public async Task<bool> DeleteAsync(Digest digest, CancellationToken cancellationToken = default)
    {
        CheckDigest(digest);
        using HttpRequestMessage request = CreateRequest(HttpMethod.Delete, digest.ToString(), _repository.DeleteScope);
        using HttpResponseMessage response = await _transport.SendAsync(request, cancellationToken, HttpStatusCode.Accepted, HttpStatusCode.OK, HttpStatusCode.NotFound).ConfigureAwait(false);
        return response.StatusCode != HttpStatusCode.NotFound;
    }

    internal async Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        if (descriptor.Size > _transport.MaxManifestSize)
        {
            throw new RegistryException($"The {descriptor.MediaType} {descriptor.Digest} has {descriptor.Size} bytes; {_transport.MaxManifestSize} is the most that is read.", hint: "RegistryClientOptions.MaxManifestSize sets the limit.");
        }
        Manifest manifest = await GetAsync(descriptor.Digest, cancellationToken).ConfigureAwait(false)
            ?? throw new ContentNotFoundException(descriptor.Digest.ToString(), _repository.ToString());
        return new VerifyingStream(new MemoryStream(manifest.Content.ToArray(), writable: false), descriptor);
    }

    internal async Task AddAsync(Descriptor descriptor, Stream content, CancellationToken cancellationToken)
    {
        if (await ExistsAsync(descriptor.Digest, cancellationToken).ConfigureAwait(false))
        {
            return;
        }
        if (descriptor.Size > _transport.MaxManifestSize)
        {
            throw new RegistryException($"The {descriptor.MediaType} {descriptor.Digest} has {descriptor.Size} bytes; {_transport.MaxManifestSize} is the most that is pushed.", hint: "RegistryClientOptions.MaxManifestSize sets the limit.");
        }
        var bytes = new byte[descriptor.Size];
        var verified = new VerifyingStream(content, descriptor, leaveOpen: true);
        await using (verified.ConfigureAwait(false))
        {
            await verified.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            // A mismatch is told where the end would be.
            await verified.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false);
        }
        await PutAsync(descriptor, bytes, descriptor.Digest.ToString(), cancellationToken).ConfigureAwait(false);
    }

    private async Task PutAsync(Descriptor descriptor, ReadOnlyMemory<byte> content, string reference, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = CreateRequest(HttpMethod.Put, reference, _repository.PushScope);
        request.Content = new ReadOnlyMemoryContent(content);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", descriptor.MediaType.ToString());
        bool hasSubjectHeader;
        using (HttpResponseMessage response = await _transport.SendAsync(request, cancellationToken, HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.Accepted).ConfigureAwait(false))
        {
            hasSubjectHeader = response.Headers.Contains("OCI-Subject");
        }
        if (!hasSubjectHeader)
        {
            await _repository.Referrers.RecordAsync(descriptor, content, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Manifest?> GetAsync(string reference, Digest expected, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = CreateRequest(HttpMethod.Get, reference, _repository.PullScope);
        using HttpResponseMessage response = await _transport.SendAsync(request, cancellationToken, HttpStatusCode.OK, HttpStatusCode.NotFound).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
        byte[] content = await _transport.ReadBodyAsync(response, request, _transport.MaxManifestSize, cancellationToken).ConfigureAwait(false);
        Digest digest = expected != default ? expected : ChooseDigest(response, content);
        Digest actual = Digest.Compute(digest.Algorithm, content);
        if (actual != digest)
        {
            throw new ContentMismatchException("manifest", digest, null, actual, content.Length);
        }
        MediaType mediaType = ManifestMediaType.Read(GetMediaType(response), content)
            ?? throw new RegistryException("The answer tells no media type, neither in its head nor in its body, so it cannot be used as a manifest.", request.Method, request.RequestUri);
        return new Manifest(new Descriptor { MediaType = mediaType, Digest = digest, Size = content.Length }, content);
    }

    // The header may choose the algorithm, where it is right about the bytes; it never says what they are.
    private static Digest ChooseDigest(HttpResponseMessage response, byte[] content) =>
        GetDigestHeader(response) is { IsComputable: true } told && Digest.Compute(told.Algorithm, content) == told
            ? told
            : Digest.Compute(content);

    private HttpRequestMessage CreateRequest(HttpMethod method, string reference, AccessScope scope)
    {
        HttpRequestMessage request = _transport.CreateRequest(method, $"/v2/{_repository.Name}/manifests/{reference}", scope);
        if (method == HttpMethod.Get || method == HttpMethod.Head)
        {
            request.Headers.TryAddWithoutValidation("Accept", Accept);
        }
        return request;
    }

    private static Digest? GetDigestHeader(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("Docker-Content-Digest", out var values) && Digest.TryParse(values.ToString(), out Digest digest) ? digest : null;

    private static MediaType? GetMediaType(HttpResponseMessage response) =>
        response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values) && MediaType.TryParse(values.ToString().Split(';')[0].Trim(), out MediaType mediaType) ? mediaType : null;

    private static void CheckDigest(Digest digest)
    {
        if (digest == default)
        {
            throw new ArgumentException("No digest was given.", nameof(digest));
        }
    }
}
