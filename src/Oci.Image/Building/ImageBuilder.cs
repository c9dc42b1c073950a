using Oci.Image.Configuration;
using Oci.Image.Manifests;

namespace Oci.Image.Building;

/// <summary>Puts an image together of layers that a store has: writes its config and manifest.</summary>
/// <remarks>
/// The same calls with the same <see cref="Created"/> give the same bytes, and so the same digests. Not safe for concurrent use.
/// </remarks>
public sealed class ImageBuilder
{
    private readonly TimeProvider _clock;
    private readonly ImageConfig _base;
    private readonly int _baseLayerCount;
    private readonly List<Descriptor> _layers;
    private readonly List<Digest> _diffIds;
    private readonly List<History> _history;

    /// <summary>Begins an image from scratch.</summary>
    /// <param name="platform">What the image runs on; <see cref="Oci.Image.Platform.Current"/> by default.</param>
    /// <param name="clock">What <see cref="Created"/> is taken from where it is not set.</param>
    public ImageBuilder(Platform? platform = null, TimeProvider? clock = null)
        : this(CreateConfig(platform ?? Platform.Current), [], clock)
    {
    }

    /// <summary>Begins an image on top of another, of which it takes layers, history, platform and config.</summary>
    /// <param name="baseImage">The base. Its layers must be in the store, or be copied there, before the image is used.</param>
    /// <param name="clock">What <see cref="Created"/> is taken from where it is not set.</param>
    public ImageBuilder(OciImage baseImage, TimeProvider? clock = null)
        : this(baseImage?.Config ?? throw new ArgumentNullException(nameof(baseImage)), baseImage.Manifest.Layers, clock)
    {
    }

    private ImageBuilder(ImageConfig config, IReadOnlyList<Descriptor> layers, TimeProvider? clock)
    {
        _clock = clock ?? TimeProvider.System;
        _base = config;
        _baseLayerCount = layers.Count;
        _layers = [.. layers.Select(layer => layer with { MediaType = MediaTypes.ToOci(layer.MediaType) })];
        _diffIds = [.. config.RootFs.DiffIds];
        _history = [.. AlignHistory(config.History, layers.Count)];
        Config = config.Config ?? new ContainerConfig();
        Author = config.Author;
    }

    /// <summary>How a container of the image is run: environment, command, user. Edit with <c>with</c>.</summary>
    public ContainerConfig Config { get; set; }

    /// <summary>Who made the image.</summary>
    public string? Author { get; set; }

    /// <summary>When the image was made; the current time by default. Set it for a reproducible image: see <see cref="SourceDateEpoch"/>.</summary>
    public DateTimeOffset? Created { get; set; }

    /// <summary>Annotations of the manifest.</summary>
    public IDictionary<string, string> Annotations { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What the image is a part of or speaks about, where it is a referrer.</summary>
    public Descriptor? Subject { get; set; }

    /// <summary>Adds a layer on top.</summary>
    /// <param name="layer">The blob, which the store must have when the image is built.</param>
    /// <param name="diffId">The digest of the uncompressed tar.</param>
    /// <param name="history">How the layer came about.</param>
    /// <returns>This builder.</returns>
    public ImageBuilder AddLayer(Descriptor layer, Digest diffId, History? history = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        if (diffId == default)
        {
            throw new ArgumentException("The DiffID is empty.", nameof(diffId));
        }
        if (history?.EmptyLayer == true)
        {
            throw new ArgumentException($"A layer's history does not say that there is none; see {nameof(AddHistory)}.", nameof(history));
        }
        _layers.Add(layer.ToPlain() with { MediaType = MediaTypes.ToOci(layer.MediaType), Annotations = layer.Annotations, Urls = layer.Urls });
        _diffIds.Add(diffId);
        _history.Add(history ?? new History { CreatedBy = "OciSdk" });
        return this;
    }

    /// <summary>Adds a step that made no layer, such as a change of the config.</summary>
    /// <returns>This builder.</returns>
    public ImageBuilder AddHistory(History history)
    {
        ArgumentNullException.ThrowIfNull(history);
        _history.Add(history with { EmptyLayer = true });
        return this;
    }

    /// <summary>Writes config and manifest. The image has no tag yet: see <see cref="IContentStore.TagAsync"/>.</summary>
    /// <param name="store">The store that has the layers.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The descriptor of the manifest, with its platform, as an index lists it.</returns>
    /// <exception cref="ContentNotFoundException">The store has not one of the layers that were added.</exception>
    public async Task<Descriptor> BuildAsync(IContentStore store, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        foreach (Descriptor layer in _layers.Skip(_baseLayerCount))
        {
            if (!await store.ExistsAsync(layer, cancellationToken).ConfigureAwait(false))
            {
                throw new ContentNotFoundException(layer.Digest.ToString(), store.ToString() ?? "The store");
            }
        }
        // Whole seconds are what SOURCE_DATE_EPOCH can say again.
        DateTimeOffset created = Created ?? DateTimeOffset.FromUnixTimeSeconds(_clock.GetUtcNow().ToUnixTimeSeconds());
        ImageConfig config = _base with
        {
            Created = created,
            Author = Author,
            Config = Config,
            RootFs = _base.RootFs with { DiffIds = [.. _diffIds] },
            History = _history.Count == 0 ? null : [.. _history],
        };
        var manifest = new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            Config = await store.AddAsync(MediaTypes.ImageConfig, config.ToUtf8Bytes(), cancellationToken).ConfigureAwait(false),
            Layers = [.. _layers],
            Subject = Subject?.ToPlain(),
            Annotations = Annotations.Count == 0 ? null : new SortedDictionary<string, string>(Annotations, StringComparer.Ordinal),
        };
        byte[] manifestBytes = manifest.ToUtf8Bytes();
        Descriptor descriptor = Descriptor.Create(MediaTypes.ImageManifest, manifestBytes) with { Platform = config.Platform };
        using Stream content = ContentReading.ToStream(manifestBytes);
        await store.AddAsync(descriptor, content, cancellationToken).ConfigureAwait(false);
        return descriptor;
    }

    private static ImageConfig CreateConfig(Platform platform) => new()
    {
        Architecture = platform.Architecture,
        Os = platform.Os,
        OsVersion = platform.OsVersion,
        OsFeatures = platform.OsFeatures,
        Variant = platform.Variant,
        RootFs = new RootFs { DiffIds = [] },
    };

    // Tools pair history entries with layers by counting, so an image that has too few gets empty ones.
    private static IEnumerable<History> AlignHistory(IReadOnlyList<History>? history, int layerCount)
    {
        IReadOnlyList<History> known = history ?? [];
        int missing = layerCount - known.Count(step => step.EmptyLayer != true);
        return missing > 0 ? known.Concat(Enumerable.Repeat(new History(), missing)) : known;
    }
}
