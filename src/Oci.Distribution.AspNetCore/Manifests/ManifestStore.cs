using System.Text;
using Microsoft.Extensions.Options;
using Oci.Distribution.AspNetCore.Errors;
using Oci.Distribution.AspNetCore.Referrers;
using Oci.Distribution.AspNetCore.Repositories;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Storage;
using Oci.Distribution.AspNetCore.Tags;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Manifests;

/// <summary>Manifests of repositories: the bytes are kept once, the media type with each repository's link.</summary>
internal sealed class ManifestStore(IObjectStore store, ContentClaims claims, TagStore tags, ReferrerStore referrers, RepositoryLocks locks, IOptions<OciRegistryOptions> options)
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

    /// <summary>Finds a manifest for somebody who will not push it where it is there: garbage collection spares it from now on.</summary>
    public async ValueTask<StoredManifest?> CheckAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken) =>
        await claims.RenewAsync(digest, StorageKeys.Manifest(repository, digest), cancellationToken).ConfigureAwait(false)
            ? await FindAsync(repository, digest, cancellationToken).ConfigureAwait(false)
            : null;

    public async ValueTask<bool> ExistsAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken) =>
        await store.GetLengthAsync(StorageKeys.Manifest(repository, digest), cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Stores a manifest with its entry in its subject's list of referrers, and then the tags that point to it.</summary>
    /// <param name="repository">Where to.</param>
    /// <param name="digest">The digest of <paramref name="content"/>.</param>
    /// <param name="document">What <paramref name="content"/> says.</param>
    /// <param name="content">The bytes as they were pushed.</param>
    /// <param name="newTags">The tags to set.</param>
    /// <param name="cancellationToken">Ends the work between two steps.</param>
    /// <param name="check">Has the last word, while nobody else writes to the repository's manifests.</param>
    /// <returns>The error of <paramref name="check"/>; <see langword="null"/> where all is stored.</returns>
    public async Task<RegistryError?> AddAsync(
        RepositoryName repository,
        Digest digest,
        ManifestDocument document,
        ReadOnlyMemory<byte> content,
        IReadOnlyCollection<Tag> newTags,
        CancellationToken cancellationToken,
        Func<Task<RegistryError?>>? check = null)
    {
        using IDisposable lease = await locks.EnterAsync(repository, cancellationToken).ConfigureAwait(false);
        if (check is not null && await check().ConfigureAwait(false) is { } error)
        {
            return error;
        }
        // Before the manifest: an entry without its manifest is not listed, so both are there at once.
        if (document.Subject is not null)
        {
            await referrers.AddAsync(repository, document, digest, content.Length, cancellationToken).ConfigureAwait(false);
        }
        await claims.LinkAsync(
            digest,
            async () =>
            {
                if (!await HasContentAsync(digest, content, cancellationToken).ConfigureAwait(false))
                {
                    await store.WriteAsync(StorageKeys.Content(digest), content, durable: true, cancellationToken).ConfigureAwait(false);
                }
                byte[] mediaType = Encoding.ASCII.GetBytes(document.MediaType.ToString());
                await store.WriteAsync(StorageKeys.Manifest(repository, digest), mediaType, durable: true, cancellationToken).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
        foreach (Tag tag in newTags)
        {
            await tags.SetAsync(repository, tag, digest, cancellationToken).ConfigureAwait(false);
        }
        return null;
    }

    /// <summary>Deletes a manifest with the tags that point to it; false where there is none.</summary>
    public async Task<bool> DeleteAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken)
    {
        using IDisposable lease = await locks.EnterAsync(repository, cancellationToken).ConfigureAwait(false);
        if (!await ExistsAsync(repository, digest, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }
        // Before anything is removed, so that a failure leaves all as it was.
        Digest? subject = await FindSubjectAsync(repository, digest, cancellationToken).ConfigureAwait(false);
        foreach (string name in await tags.ListAsync(repository, cancellationToken).ConfigureAwait(false))
        {
            if (Tag.TryParse(name, out Tag tag) && await PointsToAsync(repository, tag, digest, cancellationToken).ConfigureAwait(false))
            {
                await tags.DeleteAsync(repository, tag, cancellationToken).ConfigureAwait(false);
            }
        }
        return await RemoveAsync(repository, digest, subject, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes a manifest that no tag points to, and then its entry in the list of <paramref name="subject"/>. The caller has the repository's turn.</summary>
    public async Task<bool> RemoveAsync(RepositoryName repository, Digest digest, Digest? subject, CancellationToken cancellationToken)
    {
        bool isRemoved = await store.DeleteAsync(StorageKeys.Manifest(repository, digest), durable: true, cancellationToken).ConfigureAwait(false);
        if (subject is { } referred)
        {
            await referrers.DeleteAsync(repository, referred, digest, cancellationToken).ConfigureAwait(false);
        }
        return isRemoved;
    }

    /// <summary>Points a tag to a manifest; false where the manifest is not there.</summary>
    public async Task<bool> TryTagAsync(RepositoryName repository, Digest digest, Tag tag, CancellationToken cancellationToken)
    {
        using IDisposable lease = await locks.EnterAsync(repository, cancellationToken).ConfigureAwait(false);
        if (!await ExistsAsync(repository, digest, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }
        await tags.SetAsync(repository, tag, digest, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Deletes a tag alone; false where there is none.</summary>
    public async Task<bool> DeleteTagAsync(RepositoryName repository, Tag tag, CancellationToken cancellationToken)
    {
        using IDisposable lease = await locks.EnterAsync(repository, cancellationToken).ConfigureAwait(false);
        return await tags.DeleteAsync(repository, tag, cancellationToken).ConfigureAwait(false);
    }

    // What is there may be damaged: a push mends it.
    private async ValueTask<bool> HasContentAsync(Digest digest, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        await store.GetLengthAsync(StorageKeys.Content(digest), cancellationToken).ConfigureAwait(false) == content.Length
            && await store.ReadAsync(StorageKeys.Content(digest), content.Length, cancellationToken).ConfigureAwait(false) is { } stored
            && content.Span.SequenceEqual(stored);

    // A damaged manifest tells of none; its entry in a list is not shown once it is gone.
    private async ValueTask<Digest?> FindSubjectAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken)
    {
        try
        {
            StoredManifest? manifest = await FindAsync(repository, digest, cancellationToken).ConfigureAwait(false);
            return manifest?.Parse().Subject?.Digest;
        }
        catch (Exception e) when (StoredManifest.IsDamage(e))
        {
            return null;
        }
    }

    // A damaged tag points to nothing.
    private async ValueTask<bool> PointsToAsync(RepositoryName repository, Tag tag, Digest digest, CancellationToken cancellationToken)
    {
        try
        {
            return await tags.ResolveAsync(repository, tag, cancellationToken).ConfigureAwait(false) == digest;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
