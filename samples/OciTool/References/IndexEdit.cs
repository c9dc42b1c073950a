using Oci.Distribution.Copying;
using Oci.Image;
using Oci.Image.Building;
using Oci.Image.Manifests;
using OciTool.CommandLine;
using OciTool.Results;

namespace OciTool.References;

/// <summary>An index that is put together, or changed, of images that may lie anywhere.</summary>
internal sealed class IndexEdit : IAsyncDisposable
{
    private readonly List<ImageSource> _sources;
    private readonly EditStore _store;
    private readonly ImageTarget _target;
    private readonly Platform? _platform;

    private IndexEdit(ImageTarget target, List<ImageSource> sources, Platform? platform)
    {
        _target = target;
        _sources = sources;
        _platform = platform;
        _store = new EditStore(target.Blobs, [.. sources.Select(source => source.Content)]);
    }

    /// <summary>Opens the images that go into an index, and the place of the index.</summary>
    public static async Task<IndexEdit> OpenAsync(Invocation call, ImageReference target, IEnumerable<ImageReference> images, CancellationToken cancellationToken)
    {
        List<ImageSource> sources = [];
        try
        {
            foreach (ImageReference image in images)
            {
                sources.Add(await call.OpenAsync(image, cancellationToken));
            }
            return new IndexEdit(await ImageTarget.OpenAsync(target, call.Registries, cancellationToken), sources, call.Platform);
        }
        catch
        {
            await DisposeAllAsync(sources);
            throw;
        }
    }

    /// <summary>The entries for all images: of one that is an index itself, what it lists.</summary>
    public async Task<IReadOnlyList<Descriptor>> DescribeAsync(IEnumerable<ImageReference> images, CancellationToken cancellationToken)
    {
        List<Descriptor> entries = [];
        foreach (ImageReference image in images)
        {
            ImageSource source = _sources.Find(s => ReferenceEquals(s.Reference, image))!;
            entries.AddRange(await DescribeAsync(source, cancellationToken));
        }
        return entries;
    }

    /// <summary>The index that a reference stands for.</summary>
    /// <exception cref="ToolException">It is none.</exception>
    public async Task<ImageIndex> ReadAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        ImageSource source = _sources.Find(s => ReferenceEquals(s.Reference, reference))!;
        Descriptor root = await source.ResolveAsync(cancellationToken);
        return MediaTypes.IsIndex(root.MediaType)
            ? await source.Content.ReadIndexAsync(root, cancellationToken)
            : throw new ToolException($"{reference} is one image, not an index. Make an index of it with 'oci index create'.");
    }

    /// <summary>Writes the index, with all that it lists, to where it belongs.</summary>
    public async Task<EditResult> SaveAsync(Invocation call, ImageIndexBuilder builder, CancellationToken cancellationToken)
    {
        Descriptor index = await builder.BuildAsync(_store, cancellationToken);
        await call.Progress.RunAsync(bars => _target.WriteAsync(_store, index, bars, cancellationToken));
        return EditResult.Of(_target.Reference, index, origin: null);
    }

    public async ValueTask DisposeAsync()
    {
        await _target.DisposeAsync();
        await DisposeAllAsync(_sources);
    }

    private async Task<IEnumerable<Descriptor>> DescribeAsync(ImageSource source, CancellationToken cancellationToken)
    {
        Descriptor root = await source.ResolveAsync(cancellationToken);
        if (MediaTypes.IsIndex(root.MediaType))
        {
            return _platform is null
                ? (await source.Content.ReadIndexAsync(root, cancellationToken)).Manifests
                : [await PlatformSelector.SelectAsync(source.Content, root, _platform, cancellationToken)];
        }
        ImageManifest manifest = await source.Content.ReadManifestAsync(root, cancellationToken);
        if (!MediaTypes.IsConfig(manifest.Config.MediaType))
        {
            return [root.ToPlain() with { ArtifactType = manifest.ArtifactType ?? manifest.Config.MediaType.ToString() }];
        }
        OciImage image = await OciImage.OpenAsync(source.Content, root, _platform, cancellationToken);
        return [root.ToPlain() with { Platform = image.Config.Platform }];
    }

    private static async Task DisposeAllAsync(List<ImageSource> sources)
    {
        foreach (ImageSource source in sources)
        {
            await source.DisposeAsync();
        }
    }
}
