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
    public Task<List<string>> ListAsync(CancellationToken cancellationToken) =>
        ListAsync(child => child == StorageKeys.ManifestsFolder, cancellationToken);

    /// <summary>All repositories that had anything pushed, in ordinal order.</summary>
    public async Task<IReadOnlyList<RepositoryName>> ListAllAsync(CancellationToken cancellationToken)
    {
        var repositories = new List<RepositoryName>();
        foreach (string name in await ListAsync(IsOfRepository, cancellationToken).ConfigureAwait(false))
        {
            if (RepositoryName.TryParse(name, out RepositoryName repository))
            {
                repositories.Add(repository);
            }
        }
        return repositories;
    }

    private async Task<List<string>> ListAsync(Predicate<string> isMark, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        var folders = new Stack<string>([""]);
        while (folders.TryPop(out string? folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string key = folder.Length == 0 ? StorageKeys.Repositories : $"{StorageKeys.Repositories}/{folder}";
            IReadOnlyList<string> children = await store.ListAsync(key, cancellationToken).ConfigureAwait(false);
            if (children.Any(child => isMark(child)))
            {
                names.Add(folder);
            }
            foreach (string child in children.Where(child => !IsOfRepository(child)))
            {
                folders.Push(folder.Length == 0 ? child : $"{folder}/{child}");
            }
        }
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private static bool IsOfRepository(string child) => child.StartsWith('_');
}
