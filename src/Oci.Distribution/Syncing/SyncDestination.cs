using Oci.Image;
using Oci.Image.Layouts;

namespace Oci.Distribution.Syncing;

/// <summary>Where a sync writes: a place for each repository.</summary>
public sealed class SyncDestination
{
    private readonly Func<string, bool, CancellationToken, Task<IContentStore>> _open;

    // Of a name, and whether the run is dry and nothing may be made for it.
    private SyncDestination(Func<string, bool, CancellationToken, Task<IContentStore>> open) => _open = open;

    /// <summary>Repositories of a registry, named as at the source.</summary>
    /// <param name="client">The registry.</param>
    /// <param name="prefix">What comes before each name, such as <c>mirror</c> for <c>mirror/team/app</c>; empty for nothing.</param>
    /// <exception cref="FormatException">The prefix is no name by distribution-spec.</exception>
    public static SyncDestination ToRegistry(RegistryClient client, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length > 0)
        {
            ReferenceGrammar.CheckName(prefix);
        }
        return new SyncDestination((name, _, _) => Task.FromResult<IContentStore>(client.Repository(prefix.Length == 0 ? name : $"{prefix}/{name}")));
    }

    /// <summary>OCI layouts in a directory, one for each repository, in folders with <c>+</c> for each slash of its name: <c>team+app</c>.</summary>
    /// <remarks>Folders in folders would let one repository's name be the path of another's blobs.</remarks>
    /// <param name="directory">The directory; made where absent, but not by a dry run.</param>
    public static SyncDestination ToLayouts(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        string root = Path.GetFullPath(directory);
        return new SyncDestination(async (name, isDry, token) =>
        {
            string path = Path.Combine(root, name.Replace('/', '+'));
            return !isDry ? await OciLayout.CreateAsync(path, token).ConfigureAwait(false)
                // As CreateAsync has it: where one of these is missing, a layout is made.
                : File.Exists(Path.Combine(path, "oci-layout")) && File.Exists(Path.Combine(path, "index.json")) ? await OciLayout.OpenAsync(path, token).ConfigureAwait(false)
                : new MemoryContentStore();
        });
    }

    /// <summary>Any stores, as a method opens them by the name of the repository, for a dry run too. They stay the caller's.</summary>
    public static SyncDestination ToStores(Func<string, CancellationToken, Task<IContentStore>> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        return new SyncDestination((name, _, token) => open(name, token));
    }

    /// <exception cref="FormatException">A registry listed what is no name: it is not made a path.</exception>
    internal Task<IContentStore> OpenAsync(string name, bool isDry, CancellationToken cancellationToken)
    {
        ReferenceGrammar.CheckName(name);
        return _open(name, isDry, cancellationToken);
    }

    internal static async Task DeleteTagAsync(IContentStore store, string tag, CancellationToken cancellationToken)
    {
        _ = store switch
        {
            Repository repository => await repository.Tags.DeleteAsync(tag, cancellationToken).ConfigureAwait(false),
            OciLayout layout => await layout.UntagAsync(tag, cancellationToken).ConfigureAwait(false),
            _ => throw new NotSupportedException($"{store} cannot take tags away. SyncOptions.Prune works with registries and layouts."),
        };
    }
}
