using Oci.Distribution.AspNetCore.Routing;
using Oci.Distribution.AspNetCore.Storage;

namespace Oci.Distribution.AspNetCore.Repositories;

/// <summary>Which repositories there are: those that something was pushed to.</summary>
internal sealed class RepositoryStore(IObjectStore store)
{
    public async ValueTask<bool> ExistsAsync(RepositoryName repository, CancellationToken cancellationToken) =>
        await store.FolderExistsAsync(StorageKeys.Manifests(repository), cancellationToken).ConfigureAwait(false)
        || await store.FolderExistsAsync(StorageKeys.Blobs(repository), cancellationToken).ConfigureAwait(false);

    /// <summary>The names of all repositories that had a manifest pushed, in ordinal order.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        var names = new List<string>();
        var folders = new Stack<string>([""]);
        while (folders.TryPop(out string? folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string key = folder.Length == 0 ? StorageKeys.Repositories : $"{StorageKeys.Repositories}/{folder}";
            foreach (string child in await store.ListAsync(key, cancellationToken).ConfigureAwait(false))
            {
                if (child == StorageKeys.ManifestsFolder)
                {
                    names.Add(folder);
                }
                else if (!child.StartsWith('_'))
                {
                    folders.Push(folder.Length == 0 ? child : $"{folder}/{child}");
                }
            }
        }
        names.Sort(StringComparer.Ordinal);
        return names;
    }
}
