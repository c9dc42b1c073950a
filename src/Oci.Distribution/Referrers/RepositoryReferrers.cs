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

    internal RepositoryReferrers(Repository repository, RegistryTransport transport)
    {
        _repository = repository;
        _transport = transport;
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
        var walk = new PageWalk(new Uri(_transport.Registry, $"/v2/{_repository.Name}/referrers/{subject}{filter}"));
        while (walk.Next is Uri uri)
        {
            ImageIndex? page = await GetPageAsync(uri, walk, cancellationToken).ConfigureAwait(false)
                ?? await GetFallbackAsync(subject, cancellationToken).ConfigureAwait(false);
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
        if (ReferrerDescriptor.Create(pushed, content.Span) is not (Digest subject, Descriptor referrer))
        {
            return;
        }
        // Registries have no lock to offer; at least the pushes of this client do not lose each other's entries.
        await _transport.RecordingReferrers.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ImageIndex index = await GetFallbackAsync(subject, cancellationToken).ConfigureAwait(false)
                ?? new ImageIndex { MediaType = MediaTypes.ImageIndex, Manifests = [] };
            if (index.Manifests.Any(m => m.Digest == referrer.Digest))
            {
                return;
            }
            // A list that is itself said to refer to something would have to be recorded in its turn, without end.
            ImageIndex updated = index with { Subject = null, Manifests = [.. index.Manifests, referrer] };
            await _repository.Manifests.PushAsync(updated.ToUtf8Bytes(), MediaTypes.ImageIndex, ReferrersTag.For(subject), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _transport.RecordingReferrers.Release();
        }
    }

    private async Task<ImageIndex?> GetPageAsync(Uri uri, PageWalk walk, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = _transport.CreateRequest(HttpMethod.Get, uri, _repository.PullScope);
        request.Headers.TryAddWithoutValidation("Accept", MediaTypes.ImageIndex.ToString());
        using HttpResponseMessage response = await _transport.SendAsync(request, cancellationToken, HttpStatusCode.OK, HttpStatusCode.NotFound).ConfigureAwait(false);
        walk.MoveOn(response, request);
        return response.StatusCode == HttpStatusCode.OK
            ? ImageIndex.Parse(await _transport.ReadBodyAsync(response, request, _transport.MaxManifestSize, cancellationToken).ConfigureAwait(false))
            : null;
    }

    private async Task<ImageIndex?> GetFallbackAsync(Digest subject, CancellationToken cancellationToken)
    {
        Manifest? list = await _repository.Manifests.GetAsync(ReferrersTag.For(subject), cancellationToken).ConfigureAwait(false);
        return list is null ? null : ImageIndex.Parse(list.Content.Span);
    }
}
