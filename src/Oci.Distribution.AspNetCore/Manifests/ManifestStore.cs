using System.Text;
using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Referrers;
using Oci.Distribution.AspNetCore.Repositories;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Storage;
using Oci.Distribution.AspNetCore.Tags;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Manifests;

/// <summary>Manifests of repositories: the bytes are kept once, the media type with each repository's link.</summary>
internal sealed class ManifestStore(IObjectStore store, TagStore tags, ReferrerStore referrers, RepositoryLocks locks, IOptions<OciRegistryOptions> options)
{
    public async ValueTask<StoredManifest?> FindAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken)
    {
        byte[]? mediaType = await store.ReadAsync(StorageKeys.Manifest(repository, digest), MediaType.MaxLength, cancellationToken).ConfigureAwait(false);
        if (mediaType is null)
        {
            return null;
        }
        byte[]? content = await store.ReadAsync(StorageKeys.Content(digest), Math.Max(options.Value.MaxManifestSize, 16 * 1024 * 1024), cancellationToken).ConfigureAwait(false);
        return content is null ? null : new StoredManifest(digest, Encoding.ASCII.GetString(mediaType), content);
    }

    public async ValueTask<bool> ExistsAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken) =>
        await store.GetLengthAsync(StorageKeys.Manifest(repository, digest), cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Stores a checked manifest, and then what points to it: its subject's list of referrers, and tags.</summary>
    public async Task AddAsync(RepositoryName repository, Digest digest, ManifestDocument document, ReadOnlyMemory<byte> content, IReadOnlyCollection<Tag> newTags, CancellationToken cancellationToken)
    {
        using IDisposable lease = await locks.EnterAsync(repository, cancellationToken).ConfigureAwait(false);
        if (await store.GetLengthAsync(StorageKeys.Content(digest), cancellationToken).ConfigureAwait(false) is null)
        {
            await store.WriteAsync(StorageKeys.Content(digest), content, durable: true, cancellationToken).ConfigureAwait(false);
        }
        byte[] mediaType = Encoding.ASCII.GetBytes(document.MediaType.ToString());
        await store.WriteAsync(StorageKeys.Manifest(repository, digest), mediaType, durable: true, cancellationToken).ConfigureAwait(false);
        if (document.Subject is not null)
        {
            await referrers.AddAsync(repository, document, digest, content.Length, cancellationToken).ConfigureAwait(false);
        }
        foreach (Tag tag in newTags)
        {
            await tags.SetAsync(repository, tag, digest, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Deletes a manifest with the tags that point to it; false where there is none.</summary>
    public async Task<bool> DeleteAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken)
    {
        using IDisposable lease = await locks.EnterAsync(repository, cancellationToken).ConfigureAwait(false);
        StoredManifest? manifest = await FindAsync(repository, digest, cancellationToken).ConfigureAwait(false);
        if (manifest is null)
        {
            return false;
        }
        foreach (string name in await tags.ListAsync(repository, cancellationToken).ConfigureAwait(false))
        {
            if (Tag.TryParse(name, out Tag tag) && await tags.ResolveAsync(repository, tag, cancellationToken).ConfigureAwait(false) == digest)
            {
                await tags.DeleteAsync(repository, tag, cancellationToken).ConfigureAwait(false);
            }
        }
        ManifestDocument document = ManifestDocument.Parse(MediaType.Parse(manifest.MediaType), manifest.Content);
        if (document.Subject is not null)
        {
            await referrers.DeleteAsync(repository, document.Subject.Digest, digest, cancellationToken).ConfigureAwait(false);
        }
        return await store.DeleteAsync(StorageKeys.Manifest(repository, digest), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes a tag alone; false where there is none.</summary>
    public async Task<bool> DeleteTagAsync(RepositoryName repository, Tag tag, CancellationToken cancellationToken)
    {
        using IDisposable lease = await locks.EnterAsync(repository, cancellationToken).ConfigureAwait(false);
        return await tags.DeleteAsync(repository, tag, cancellationToken).ConfigureAwait(false);
    }
}
