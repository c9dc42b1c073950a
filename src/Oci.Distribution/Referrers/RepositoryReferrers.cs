using System.Net;
using System.Runtime.CompilerServices;
using Oci.Distribution.Http;
using Oci.Distribution.Manifests;
using Oci.Distribution.Tags;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.Referrers;

/// <summary>The manifests that refer to others: signatures, SBOMs, attestations (distribution-spec, end-12).</summary>
/// <remarks>Where a registry lacks the referrers API, the list under the referrers tag stands in for it, on reading and on pushing.</remarks>
public sealed class RepositoryReferrers
{
    private readonly Repository _repository;
    private readonly RegistryTransport _transport;
    private readonly ReferrersList _fallback;

    internal RepositoryReferrers(Repository repository, RegistryTransport transport)
    {
        _repository = repository;
        _transport = transport;
        _fallback = new ReferrersList(repository, transport);
    }

    /// <summary>The manifests whose <c>subject</c> is <paramref name="subject"/>; none where the registry knows of none.</summary>
    /// <param name="subject">The digest of a manifest, which need not be there itself.</param>
    /// <param name="artifactType">Only those of this type, where given.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    /// <exception cref="RegistryException">The registry refused, could not be reached, or sent pages that do not end.</exception>
    /// <exception cref="InvalidDocumentException">What came is no index.</exception>
    public async IAsyncEnumerable<Descriptor> ListAsync(Digest subject, string? artifactType = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (subject == default)
        {
            throw new ArgumentException("No digest was given.", nameof(subject));
        }
        string filter = artifactType is null ? "" : $"?artifactType={Uri.EscapeDataString(artifactType)}";
        var first = new Uri(_transport.Registry, $"/v2/{_repository.Name}/referrers/{subject}{filter}");
        var walk = new PageWalk(first);
        while (walk.Next is Uri uri)
        {
            ImageIndex? page = await GetPageAsync(uri, walk, isFirst: uri == first, cancellationToken).ConfigureAwait(false);
            if (page is null)
            {
                walk.End();
                page = await _fallback.FindAsync(subject, cancellationToken).ConfigureAwait(false);
            }
            // A registry that filters says so (OCI-Filters-Applied); to filter again costs nothing and is right either way.
            foreach (Descriptor descriptor in page?.Manifests ?? [])
            {
                if (artifactType is null || descriptor.ArtifactType == artifactType)
                {
                    yield return descriptor;
                }
            }
        }
    }

    /// <summary>Keeps the list under the referrers tag right after a push, where the registry did not say that it does (no <c>OCI-Subject</c>).</summary>
    internal async Task RecordAsync(Descriptor pushed, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (ReferrerDescriptor.Create(pushed, content.Span) is (Digest subject, Descriptor referrer))
        {
            await _fallback.AddAsync(subject, referrer, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The subject of a manifest that is to be deleted; <see langword="null"/> where it has none, or is none to be read.</summary>
    internal async Task<Digest?> FindSubjectAsync(Digest digest, CancellationToken cancellationToken)
    {
        try
        {
            return await _repository.Manifests.GetAsync(digest, cancellationToken).ConfigureAwait(false) is Manifest manifest
                ? ReferrerDescriptor.Create(manifest.Descriptor, manifest.Content.Span)?.Subject
                : null;
        }
        catch (Exception e) when (e is OciImageException or NotSupportedException or RegistryException { StatusCode: null, IsTransient: false })
        {
            // Damaged, too large or of an unknown form: it can still be deleted, and no list can rightly name it.
            return null;
        }
    }

    /// <summary>Keeps the list under the referrers tag right after a delete, where the registry has no referrers API.</summary>
    internal async Task ForgetAsync(Digest subject, Digest deleted, CancellationToken cancellationToken)
    {
        var uri = new Uri(_transport.Registry, $"/v2/{_repository.Name}/referrers/{subject}");
        if (await GetPageAsync(uri, new PageWalk(uri), isFirst: true, cancellationToken).ConfigureAwait(false) is null)
        {
            await _fallback.RemoveAsync(subject, deleted, cancellationToken).ConfigureAwait(false);
        }
    }

    // Null where the registry has no such API. The spec says 404; those before it say what they say to any path they do not know.
    private async Task<ImageIndex?> GetPageAsync(Uri uri, PageWalk walk, bool isFirst, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = _transport.CreateRequest(HttpMethod.Get, uri, _repository.PullScope);
        request.Headers.TryAddWithoutValidation("Accept", MediaTypes.ImageIndex.ToString());
        HttpStatusCode[] expected = isFirst
            ? [HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.BadRequest, HttpStatusCode.MethodNotAllowed, HttpStatusCode.NotAcceptable, HttpStatusCode.NotImplemented]
            : [HttpStatusCode.OK];
        using HttpResponseMessage response = await _transport.SendAsync(request, cancellationToken, expected).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return null;
        }
        walk.MoveOn(response, request);
        return ImageIndex.Parse(await _transport.ReadBodyAsync(response, request, _transport.MaxManifestSize, cancellationToken).ConfigureAwait(false));
    }
}
