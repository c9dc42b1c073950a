using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Storage;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Blobs;

/// <summary>Blobs of repositories: the content is kept once, and a repository can read what it has a link to.</summary>
/// <remarks>The time of a link's last write says when the blob was last pushed or asked for, and garbage collection goes by it.</remarks>
internal sealed class BlobStore(IObjectStore store, ContentClaims claims)
{
    public async ValueTask<long?> GetLengthAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken) =>
        await store.GetLengthAsync(StorageKeys.Blob(repository, digest), cancellationToken).ConfigureAwait(false) is null
            ? null
            : await store.GetLengthAsync(StorageKeys.Content(digest), cancellationToken).ConfigureAwait(false);

    /// <summary>The length of a blob for somebody who will not push it where it is there: garbage collection spares it from now on.</summary>
    public async ValueTask<long?> CheckAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken) =>
        await claims.RenewAsync(digest, StorageKeys.Blob(repository, digest), cancellationToken).ConfigureAwait(false)
            ? await store.GetLengthAsync(StorageKeys.Content(digest), cancellationToken).ConfigureAwait(false)
            : null;

    public async ValueTask<IObjectReader?> OpenAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken) =>
        await store.GetLengthAsync(StorageKeys.Blob(repository, digest), cancellationToken).ConfigureAwait(false) is null
            ? null
            : await store.OpenReadAsync(StorageKeys.Content(digest), cancellationToken).ConfigureAwait(false);

    /// <summary>Puts verified bytes in the store and links them. The bytes come first, so that no link is ever without them.</summary>
    public async ValueTask AddAsync(RepositoryName repository, Digest digest, IStagedObject verified, CancellationToken cancellationToken) =>
        await claims.LinkAsync(
            digest,
            async () =>
            {
                await verified.CommitAsync(StorageKeys.Content(digest), cancellationToken).ConfigureAwait(false);
                return await LinkAsync(repository, digest, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);

    /// <summary>Links a blob that is there; false where it is not.</summary>
    /// <param name="repository">What gets the blob.</param>
    /// <param name="source">What has it; <see langword="null"/> for any repository.</param>
    /// <param name="digest">The blob.</param>
    /// <param name="cancellationToken">Ends the work before the link is made.</param>
    public ValueTask<bool> TryMountAsync(RepositoryName repository, RepositoryName? source, Digest digest, CancellationToken cancellationToken) =>
        claims.LinkAsync(
            digest,
            async () =>
            {
                long? length = source is { } name
                    ? await GetLengthAsync(name, digest, cancellationToken).ConfigureAwait(false)
                    : await store.GetLengthAsync(StorageKeys.Content(digest), cancellationToken).ConfigureAwait(false);
                return length is not null && await LinkAsync(repository, digest, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken);

    /// <summary>Takes the blob from the repository; false where it had none. Others that link it keep it.</summary>
    public ValueTask<bool> DeleteAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken) =>
        store.DeleteAsync(StorageKeys.Blob(repository, digest), durable: true, cancellationToken);

    private async ValueTask<bool> LinkAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken)
    {
        string link = StorageKeys.Blob(repository, digest);
        if (!await store.TouchAsync(link, cancellationToken).ConfigureAwait(false))
        {
            await store.WriteAsync(link, default, durable: true, cancellationToken).ConfigureAwait(false);
        }
        return true;
    }
}
