using Oci.Image.Configuration;
using Oci.Image.Manifests;

namespace Oci.Image.Building;

public sealed partial class ImageBuilder
{
    /// <summary>Writes config and manifest. The image has no tag yet: see <see cref="IContentStore.TagAsync"/>.</summary>
    /// <param name="store">The store that has the layers.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The descriptor of the manifest, with its platform, as an index lists it.</returns>
    /// <exception cref="ContentNotFoundException">The store has not one of the layers that were added.</exception>
    /// <exception cref="InvalidOperationException">Docker's format has no media type for a layer, or no subject; or the manifest is over <see cref="MaxManifestSize"/>.</exception>
    public async Task<Descriptor> BuildAsync(IContentStore store, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        IReadOnlyList<LayerStep> steps = Layers;
        Descriptor[] layers = [.. steps.Select(step => step.Descriptor with { MediaType = InFormat(step.Descriptor.MediaType) })];
        if (Format == ImageFormat.Docker && Subject is not null)
        {
            throw new InvalidOperationException($"An image of Docker's format cannot have a subject. Set {nameof(Format)} to {nameof(ImageFormat.Oci)}.");
        }
        foreach (Descriptor layer in layers.Where(layer => !_baseLayers.Contains(layer.Digest) && !IsElsewhere(layer)))
        {
            if (!await store.ExistsAsync(layer, cancellationToken).ConfigureAwait(false))
            {
                throw new ContentNotFoundException(layer.Digest.ToString(), store.ToString() ?? "The store");
            }
        }
        ImageConfig config = CreateConfig(steps);
        byte[] configBytes = config.ToUtf8Bytes();
        Descriptor configDescriptor = Descriptor.Create(InFormat(MediaTypes.ImageConfig), configBytes);
        ImageManifest manifest = CreateManifest(configDescriptor, configBytes, layers);
        byte[] manifestBytes = manifest.ToUtf8Bytes();
        if (manifestBytes.Length > MaxManifestSize)
        {
            throw new InvalidOperationException($"The manifest takes {manifestBytes.Length} bytes, and registries need not take more than {MaxManifestSize} ({nameof(MaxManifestSize)}). It has {layers.Length} layers and {Annotations.Count} annotations: shorten those.");
        }
        await AddAsync(store, configDescriptor, configBytes, cancellationToken).ConfigureAwait(false);
        Descriptor descriptor = Descriptor.Create(InFormat(MediaTypes.ImageManifest), manifestBytes) with { ArtifactType = manifest.ArtifactType, Platform = config.Platform };
        await AddAsync(store, descriptor, manifestBytes, cancellationToken).ConfigureAwait(false);
        return descriptor;
    }

    /// <summary>Whether a layer need not be in a store, since it says where else it is (image-spec, layer.md, "Non-Distributable Layers").</summary>
    internal static bool IsElsewhere(Descriptor layer) => MediaTypes.IsNondistributable(layer.MediaType) && layer.Urls is { Count: > 0 };

    internal static async Task AddAsync(IContentStore store, Descriptor descriptor, byte[] bytes, CancellationToken cancellationToken)
    {
        using Stream content = ContentReading.ToStream(bytes);
        await store.AddAsync(descriptor, content, cancellationToken).ConfigureAwait(false);
    }

    private ImageConfig CreateConfig(IReadOnlyList<LayerStep> steps)
    {
        // Whole seconds are what SOURCE_DATE_EPOCH can say again.
        DateTimeOffset? created = Created ?? (_edited is null ? DateTimeOffset.FromUnixTimeSeconds(_clock.GetUtcNow().ToUnixTimeSeconds()) : null);
        return CreateConfig(steps, created);
    }

    private ImageConfig CreateConfig(IReadOnlyList<LayerStep> steps, DateTimeOffset? created) => _base with
    {
        Created = created,
        Author = Author,
        Architecture = Platform.Architecture,
        Os = Platform.Os,
        OsVersion = Platform.OsVersion,
        OsFeatures = Platform.OsFeatures,
        Variant = Platform.Variant,
        Config = Config,
        RootFs = _base.RootFs with { DiffIds = [.. steps.Select(step => step.DiffId)] },
        History = History.Count == 0 ? null : [.. History.Select(step => step.Created is null && !IsOfBase(step) ? step with { Created = created } : step)],
    };

    // Some tools cannot read a step without a time, umoci stat for one.
    private bool IsOfBase(History step) => _base.History?.Contains(step) == true;

    private ImageManifest CreateManifest(Descriptor config, byte[] configBytes, Descriptor[] layers)
    {
        bool embeds = Format == ImageFormat.Oci && configBytes.Length <= MaxEmbeddedSize;
        var manifest = _edited ?? new ImageManifest { Config = config, Layers = layers };
        return manifest with
        {
            MediaType = InFormat(MediaTypes.ImageManifest),
            Config = embeds ? config with { Data = configBytes } : config,
            Layers = layers,
            Subject = Subject?.ToPlain(),
            Annotations = SortedAnnotations.ToMember(Annotations),
        };
    }

    private MediaType InFormat(MediaType mediaType)
    {
        MediaType result = Format == ImageFormat.Docker ? MediaTypes.ToDocker(mediaType) : MediaTypes.ToOci(mediaType);
        return Format == ImageFormat.Docker && MediaTypes.ToOci(result) == result && MediaTypes.IsLayer(result)
            ? throw new InvalidOperationException($"Docker's format has no media type for a layer of {mediaType}. Set {nameof(Format)} to {nameof(ImageFormat.Oci)}.")
            : result;
    }
}
