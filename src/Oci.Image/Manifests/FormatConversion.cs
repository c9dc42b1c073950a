namespace Oci.Image.Manifests;

/// <summary>One conversion: walks from the root, children before parents, each document once.</summary>
internal abstract class FormatConversion(IContentSource source, IContentStore destination)
{
    private readonly Dictionary<Digest, Descriptor> _converted = [];
    private int _count;

    protected IContentSource Source => source;

    protected IContentStore Destination => destination;

    protected List<DroppedMember> Dropped { get; } = [];

    protected List<RecompressedLayer> Recompressed { get; } = [];

    public async Task<ImageConversion> RunAsync(Descriptor root, CancellationToken cancellationToken) => new()
    {
        Root = await ConvertAsync(root, depth: 0, cancellationToken).ConfigureAwait(false),
        Dropped = Dropped,
        Recompressed = Recompressed,
    };

    /// <summary>The manifest in the new format; the same object where there is nothing to change.</summary>
    protected abstract Task<ImageManifest> ConvertAsync(Descriptor descriptor, ImageManifest manifest, CancellationToken cancellationToken);

    /// <summary>The index in the new format, its children converted already; the same object where there is nothing to change.</summary>
    protected abstract Task<ImageIndex> ConvertAsync(Descriptor descriptor, ImageIndex index, CancellationToken cancellationToken);

    /// <summary>Whether an entry of an index goes along.</summary>
    protected virtual ValueTask<bool> TakesAsync(Descriptor index, Descriptor entry, int place, CancellationToken cancellationToken) => new(true);

    private async Task<Descriptor> ConvertAsync(Descriptor descriptor, int depth, CancellationToken cancellationToken)
    {
        if (_converted.TryGetValue(descriptor.Digest, out Descriptor? known))
        {
            return known;
        }
        if (depth == ManifestGraph.MaxDepth || ++_count > ManifestGraph.MaxManifests)
        {
            throw new OciImageException($"The indexes nest more than {ManifestGraph.MaxDepth} deep or list more than {ManifestGraph.MaxManifests} manifests, at {descriptor.Digest}. Nothing sane does; check where they come from.");
        }
        Descriptor result = MediaTypes.IsIndex(descriptor.MediaType) ? await ConvertIndexAsync(descriptor, depth, cancellationToken).ConfigureAwait(false)
            : MediaTypes.IsManifest(descriptor.MediaType) ? await ConvertManifestAsync(descriptor, cancellationToken).ConfigureAwait(false)
            : throw new OciImageException($"{descriptor.Digest} is a {descriptor.MediaType}, not an image manifest or index, and has no form in another format.");
        return _converted[descriptor.Digest] = result;
    }

    private async Task<Descriptor> ConvertManifestAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        byte[] content = await source.ReadAsync(descriptor, cancellationToken: cancellationToken).ConfigureAwait(false);
        var before = ImageManifest.Parse(content);
        ImageManifest after = await ConvertAsync(descriptor, before, cancellationToken).ConfigureAwait(false);
        return await WriteAsync(descriptor, after.MediaType ?? descriptor.MediaType, ReferenceEquals(before, after) ? content : after.ToUtf8Bytes(), cancellationToken).ConfigureAwait(false);
    }

    private async Task<Descriptor> ConvertIndexAsync(Descriptor descriptor, int depth, CancellationToken cancellationToken)
    {
        byte[] content = await source.ReadAsync(descriptor, cancellationToken: cancellationToken).ConfigureAwait(false);
        var before = ImageIndex.Parse(content);
        var manifests = new List<Descriptor>();
        for (int i = 0; i < before.Manifests.Count; i++)
        {
            Descriptor entry = before.Manifests[i];
            if (await TakesAsync(descriptor, entry, i, cancellationToken).ConfigureAwait(false))
            {
                Descriptor child = await ConvertAsync(entry, depth + 1, cancellationToken).ConfigureAwait(false);
                manifests.Add(child.Digest == entry.Digest ? entry : entry with { MediaType = child.MediaType, Digest = child.Digest, Size = child.Size, Data = null });
            }
        }
        ImageIndex changed = manifests.SequenceEqual(before.Manifests) ? before : before with { Manifests = manifests };
        ImageIndex after = await ConvertAsync(descriptor, changed, cancellationToken).ConfigureAwait(false);
        return await WriteAsync(descriptor, after.MediaType ?? descriptor.MediaType, ReferenceEquals(before, after) ? content : after.ToUtf8Bytes(), cancellationToken).ConfigureAwait(false);
    }

    private async Task<Descriptor> WriteAsync(Descriptor before, MediaType mediaType, byte[] content, CancellationToken cancellationToken)
    {
        Descriptor written = await destination.AddAsync(mediaType, content, cancellationToken).ConfigureAwait(false);
        return written.Digest == before.Digest ? before : written with { Platform = before.Platform };
    }
}
