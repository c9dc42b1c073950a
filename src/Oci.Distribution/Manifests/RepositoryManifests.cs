using System.Net;
using Oci.Distribution.Http;
using Oci.Image;

namespace Oci.Distribution.Manifests;

/// <summary>The manifests and indexes of a repository (distribution-spec, end-3, end-7, end-9).</summary>
public sealed class RepositoryManifests
{
    private readonly Repository _repository;
    private readonly RegistryTransport _transport;
    private readonly ManifestReader _reader;
    private readonly ManifestPusher _pusher;

    internal RepositoryManifests(Repository repository, RegistryTransport transport)
    {
        _repository = repository;
        _transport = transport;
        _reader = new ManifestReader(repository, transport);
        _pusher = new ManifestPusher(repository, transport);
    }

    /// <summary>Reads the manifest that a tag stands for; <see langword="null"/> where there is none.</summary>
    /// <remarks>The digest is that of the bytes that came. What the registry says of a tag's digest is not believed: some say it wrong.</remarks>
    /// <exception cref="FormatException">The tag is none by distribution-spec.</exception>
    /// <exception cref="RegistryException">The registry refused, could not be reached, or sent more than <see cref="RegistryClientOptions.MaxManifestSize"/>.</exception>
    public Task<Manifest?> GetAsync(string tag, CancellationToken cancellationToken = default)
    {
        ReferenceGrammar.CheckTag(tag);
        return _reader.GetAsync(tag, default, cancellationToken);
    }

    /// <summary>Reads a manifest by its digest; <see langword="null"/> where there is none.</summary>
    /// <exception cref="ContentMismatchException">What came has another digest.</exception>
    /// <exception cref="RegistryException">The registry refused, could not be reached, or sent more than <see cref="RegistryClientOptions.MaxManifestSize"/>.</exception>
    public Task<Manifest?> GetAsync(Digest digest, CancellationToken cancellationToken = default)
    {
        CheckDigest(digest);
        return _reader.GetAsync(digest.ToString(), digest, cancellationToken);
    }

    /// <summary>Whether the repository has a manifest. Nothing is read.</summary>
    /// <exception cref="RegistryException">The registry refused or could not be reached.</exception>
    public async Task<bool> ExistsAsync(Digest digest, CancellationToken cancellationToken = default)
    {
        CheckDigest(digest);
        using HttpResponseMessage? response = await _reader.HeadAsync(digest.ToString(), cancellationToken).ConfigureAwait(false);
        return response is null
            ? await GetAsync(digest, cancellationToken).ConfigureAwait(false) is not null
            : response.StatusCode == HttpStatusCode.OK && !ManifestHeaders.NamesOther(response, digest);
    }

    /// <summary>What a registry says of a tag without sending the manifest; <see langword="null"/> where there is no such tag, or it says too little.</summary>
    /// <remarks>Unverified: good for noticing that a tag has moved, at the price of one HEAD, which Docker Hub does not count as a pull.</remarks>
    /// <exception cref="FormatException">The tag is none by distribution-spec.</exception>
    /// <exception cref="RegistryException">The registry refused or could not be reached.</exception>
    public async Task<Descriptor?> PeekAsync(string tag, CancellationToken cancellationToken = default)
    {
        ReferenceGrammar.CheckTag(tag);
        using HttpResponseMessage? response = await _reader.HeadAsync(tag, cancellationToken).ConfigureAwait(false);
        return response?.StatusCode == HttpStatusCode.OK ? ManifestReader.Describe(response) : null;
    }

    /// <summary>The descriptor of what a tag stands for, by HEAD where that tells all of it, else by reading the manifest; <see langword="null"/> where there is no such tag.</summary>
    /// <remarks>As the registry says it: whoever reads the manifest by this digest has it verified then.</remarks>
    /// <exception cref="FormatException">The tag is none by distribution-spec.</exception>
    /// <exception cref="RegistryException">The registry refused or could not be reached.</exception>
    public Task<Descriptor?> ResolveAsync(string tag, CancellationToken cancellationToken = default)
    {
        ReferenceGrammar.CheckTag(tag);
        return _reader.ResolveAsync(tag, default, cancellationToken);
    }

    /// <summary>The descriptor of a manifest, by HEAD where that tells all of it, else by reading the manifest; <see langword="null"/> where there is none.</summary>
    /// <remarks>Type and size are as the registry says them.</remarks>
    /// <exception cref="ContentMismatchException">What came has another digest.</exception>
    /// <exception cref="RegistryException">The registry refused or could not be reached.</exception>
    public Task<Descriptor?> ResolveAsync(Digest digest, CancellationToken cancellationToken = default)
    {
        CheckDigest(digest);
        return _reader.ResolveAsync(digest.ToString(), digest, cancellationToken);
    }

    /// <summary>Pushes a manifest or index, after what it points to.</summary>
    /// <param name="content">The exact bytes.</param>
    /// <param name="mediaType">Their type, which must be that of their own <c>mediaType</c> member where they have one.</param>
    /// <param name="options">The tags, and the algorithm of the digest; <see langword="null"/> to push by digest alone, under SHA-256. Read now.</param>
    /// <param name="cancellationToken">Ends the push. It may have happened, for some of the tags.</param>
    /// <returns>The descriptor of what was pushed.</returns>
    /// <remarks>Where the manifest has a subject and the registry lacks the referrers API, the list of referrers that stands in for it is brought up to date too.</remarks>
    /// <exception cref="ArgumentException">The manifest says of itself that it is of another type.</exception>
    /// <exception cref="ContentMismatchException">The registry says that it stored something else.</exception>
    /// <exception cref="RegistryException">The registry refused, as it does where blobs are missing, or could not be reached.</exception>
    public async Task<Descriptor> PushAsync(ReadOnlyMemory<byte> content, MediaType mediaType, PushManifestOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new PushManifestOptions();
        if (ManifestMediaType.ReadOwn(content.Span) is MediaType own && own != mediaType)
        {
            throw new ArgumentException($"The manifest says of itself that it is {own}; a registry must not be told that it is {mediaType}.", nameof(mediaType));
        }
        var descriptor = new Descriptor { MediaType = mediaType, Digest = Digest.Compute(options.Algorithm, content.Span), Size = content.Length };
        await _pusher.PushAsync(descriptor, content, options.Tags, cancellationToken).ConfigureAwait(false);
        return descriptor;
    }

    /// <summary>Deletes a manifest, with all its tags.</summary>
    /// <returns>False where there was none.</returns>
    /// <remarks>Where it has a subject and the registry lacks the referrers API, it is also taken from the list of referrers that stands in for it. The manifest is read first for that.</remarks>
    /// <exception cref="RegistryException">The registry refused, as many do, or could not be reached.</exception>
    public async Task<bool> DeleteAsync(Digest digest, CancellationToken cancellationToken = default)
    {
        CheckDigest(digest);
        Digest? subject = await _repository.Referrers.FindSubjectAsync(digest, cancellationToken).ConfigureAwait(false);
        using HttpRequestMessage request = _transport.CreateRequest(HttpMethod.Delete, $"/v2/{_repository.Name}/manifests/{digest}", _repository.DeleteScope);
        using HttpResponseMessage response = await _transport.SendAsync(request, cancellationToken, HttpStatusCode.Accepted, HttpStatusCode.OK, HttpStatusCode.NotFound).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
        if (subject is Digest of)
        {
            await _repository.Referrers.ForgetAsync(of, digest, cancellationToken).ConfigureAwait(false);
        }
        return true;
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
        // distribution-spec, "Pushing Manifests": the type sent is the document's own, whatever pointed to it.
        Descriptor own = ManifestMediaType.ReadOwn(bytes) is MediaType mediaType ? descriptor with { MediaType = mediaType } : descriptor;
        await _pusher.PushAsync(own, bytes, [], cancellationToken).ConfigureAwait(false);
    }

    private static void CheckDigest(Digest digest)
    {
        if (digest == default)
        {
            throw new ArgumentException("No digest was given.", nameof(digest));
        }
    }
}
