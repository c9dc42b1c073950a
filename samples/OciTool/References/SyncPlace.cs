using Oci.Distribution.Syncing;
using Oci.Distribution;
using Oci.Image.Layouts;

namespace OciTool.References;

/// <summary>What is synced, or where to: a registry or a part of it, or a directory.</summary>
internal sealed class SyncPlace
{
    private const string LayoutPrefix = "oci:";
    private readonly RegistryPlace? _registry;
    private readonly string _directory = "";

    private SyncPlace(string text, RegistryPlace registry)
    {
        Text = text;
        _registry = registry;
    }

    private SyncPlace(string text, string directory)
    {
        Text = text;
        _directory = directory;
    }

    /// <summary>What was typed.</summary>
    public string Text { get; }

    /// <exception cref="FormatException">It is none.</exception>
    public static SyncPlace Parse(string text)
    {
        if (text.StartsWith(RegistryPlace.Prefix, StringComparison.Ordinal))
        {
            return new SyncPlace(text, RegistryPlace.Parse(text));
        }
        return text.StartsWith(LayoutPrefix, StringComparison.Ordinal) && text.Length > LayoutPrefix.Length
            ? new SyncPlace(text, text[LayoutPrefix.Length..])
            : throw new FormatException($"'{text}' is no place to sync: write docker://HOST[:PORT][/PATH] or oci:DIR");
    }

    /// <summary>The repositories of the place: all of a registry, the one that is named, or a layout by the name of its folder.</summary>
    public async Task<IAsyncEnumerable<SyncRepository>> ListAsync(Registries registries, CancellationToken cancellationToken)
    {
        if (_registry is { Path: "" })
        {
            return SyncRepository.ListAsync(_registry.Open(registries), cancellationToken);
        }
        return _registry is not null
            ? One(new SyncRepository(_registry.Path, registries.OpenSource(Reference.Parse($"{_registry.Host}/{_registry.Path}"))))
            : One(await OpenLayoutAsync(_directory, cancellationToken));
    }

    public SyncDestination ToDestination(Registries registries) => _registry is null
        ? SyncDestination.ToLayouts(_directory)
        : SyncDestination.ToRegistry(_registry.Open(registries), _registry.Path);

    private static async Task<SyncRepository> OpenLayoutAsync(string directory, CancellationToken cancellationToken)
    {
        OciLayout layout = await ImageSource.OpenLayoutAsync(directory, cancellationToken);
        // As a sync has written it.
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(layout.Path)).Replace('+', '/').ToLowerInvariant();
        return Reference.TryParse($"localhost/{name}", out _)
            ? new SyncRepository(name, layout)
            : throw new ToolException($"The folder {layout.Path} is no name of a repository. Rename it to lower-case letters, digits, dots and dashes.");
    }

    private static async IAsyncEnumerable<SyncRepository> One(SyncRepository repository)
    {
        await Task.CompletedTask;
        yield return repository;
    }
}
