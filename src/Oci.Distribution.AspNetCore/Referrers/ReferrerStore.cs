using Oci.Distribution.AspNetCore.Manifests;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Storage;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.AspNetCore.Referrers;

/// <summary>Who refers to a manifest: an index of one descriptor for each referrer, in a file of its own.</summary>
internal sealed class ReferrerStore(IObjectStore store)
{
    private const int MaxIndexLength = 16 * 1024 * 1024;

    public ValueTask AddAsync(RepositoryName repository, ManifestDocument document, Digest digest, long size, CancellationToken cancellationToken)
    {
        var descriptor = new Descriptor
        {
            MediaType = document.MediaType,
            Digest = digest,
            Size = size,
            ArtifactType = document.ArtifactType,
            Annotations = document.Annotations,
        };
        byte[] entry = new ImageIndex { Manifests = [descriptor] }.ToUtf8Bytes();
        if (entry.Length > MaxIndexLength)
        {
            // Characters that are escaped here need not have been in the manifest. No list could be served with it.
            entry = new ImageIndex { Manifests = [descriptor with { Annotations = null }] }.ToUtf8Bytes();
        }
        return store.WriteAsync(StorageKeys.Referrer(repository, document.Subject!.Digest, digest), entry, durable: true, cancellationToken);
    }

    public ValueTask<bool> DeleteAsync(RepositoryName repository, Digest subject, Digest referrer, CancellationToken cancellationToken) =>
        store.DeleteAsync(StorageKeys.Referrer(repository, subject, referrer), durable: true, cancellationToken);

    /// <summary>The digests of all referrers of a manifest, as <c>algorithm:hex</c> in ordinal order.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(RepositoryName repository, Digest subject, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> names = await store.ListAsync(StorageKeys.Referrers(repository, subject), cancellationToken).ConfigureAwait(false);
        return [.. names.Select(name => name.Replace('-', ':')).Order(StringComparer.Ordinal)];
    }

    /// <summary>The descriptor of one referrer; <see langword="null"/> where it was deleted meanwhile, or cannot be read: the others are listed without it.</summary>
    public async ValueTask<Descriptor?> FindAsync(RepositoryName repository, Digest subject, Digest referrer, CancellationToken cancellationToken)
    {
        try
        {
            byte[]? json = await store.ReadAsync(StorageKeys.Referrer(repository, subject, referrer), MaxIndexLength, cancellationToken).ConfigureAwait(false);
            return json is null ? null : ImageIndex.Parse(json).Manifests is [Descriptor descriptor] ? descriptor : null;
        }
        catch (Exception e) when (e is InvalidDataException or InvalidDocumentException)
        {
            return null;
        }
    }
}
