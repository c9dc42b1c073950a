using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Storage;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Blobs;

/// <summary>Blobs of repositories: the content is kept once, and a repository can read what it has a link to.</summary>
internal sealed class BlobStore(IObjectStore store)
{
    public async ValueTask<long?> GetLengthAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken) =>
        await store.GetLengthAsync(StorageKeys.Blob(repository, digest), cancellationToken).ConfigureAwait(false) is null
            ? null
            : await store.GetLengthAsync(StorageKeys.Content(digest), cancellationToken).ConfigureAwait(false);

    public async ValueTask<IObjectReader?> OpenAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken) =>
        await store.GetLengthAsync(StorageKeys.Blob(repository, digest), cancellationToken).ConfigureAwait(false) is null
            ? null
            : await store.OpenReadAsync(StorageKeys.Content(digest), cancellationToken).ConfigureAwait(false);

    /// <summary>True where the content is there, whichever repositories link it.</summary>
    public async ValueTask<bool> ContentExistsAsync(Digest digest, CancellationToken cancellationToken) =>
        await store.GetLengthAsync(StorageKeys.Content(digest), cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Puts verified bytes in the store and links them. The bytes come first, so that no link is ever without them.</summary>
    public async ValueTask AddAsync(RepositoryName repository, Digest digest, IStagedObject verified, CancellationToken cancellationToken)
    {
        await verified.CommitAsync(StorageKeys.Content(digest), cancellationToken).ConfigureAwait(false);
        await LinkAsync(repository, digest, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask LinkAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken)
    {
        string link = StorageKeys.Blob(repository, digest);
        if (await store.GetLengthAsync(link, cancellationToken).ConfigureAwait(false) is null)
        {
            await store.WriteAsync(link, default, durable: true, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the blob from the repository; false where it had none. Others that link it keep it.</summary>
    public ValueTask<bool> DeleteAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken) =>
        store.DeleteAsync(StorageKeys.Blob(repository, digest), cancellationToken);
}
