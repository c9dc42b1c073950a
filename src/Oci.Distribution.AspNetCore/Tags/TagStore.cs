using System.Text;
using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Storage;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Tags;

/// <summary>Tags of repositories: a file each, that holds a digest.</summary>
internal sealed class TagStore(IObjectStore store)
{
    private const int MaxLength = 256;

    public async ValueTask<Digest?> ResolveAsync(RepositoryName repository, Tag tag, CancellationToken cancellationToken)
    {
        byte[]? content = await store.ReadAsync(StorageKeys.Tag(repository, tag), MaxLength, cancellationToken).ConfigureAwait(false);
        if (content is null)
        {
            return null;
        }
        return Digest.TryParse(Encoding.ASCII.GetString(content), out Digest digest)
            ? digest
            : throw new InvalidDataException($"The tag {tag} of {repository} holds no digest: the registry's store was changed from outside. Push the tag again.");
    }

    public ValueTask SetAsync(RepositoryName repository, Tag tag, Digest digest, CancellationToken cancellationToken) =>
        store.WriteAsync(StorageKeys.Tag(repository, tag), Encoding.ASCII.GetBytes(digest.ToString()), durable: true, cancellationToken);

    public ValueTask<bool> DeleteAsync(RepositoryName repository, Tag tag, CancellationToken cancellationToken) =>
        store.DeleteAsync(StorageKeys.Tag(repository, tag), durable: true, cancellationToken);

    /// <summary>All tags of a repository in ordinal order.</summary>
    public async ValueTask<IReadOnlyList<string>> ListAsync(RepositoryName repository, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> names = await store.ListAsync(StorageKeys.Tags(repository), cancellationToken).ConfigureAwait(false);
        return [.. names.Order(StringComparer.Ordinal)];
    }
}
