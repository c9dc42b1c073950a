using Oci.Image.Configuration;
using Oci.Image.Layers;
using Oci.Image.Manifests;

namespace Oci.Image.Building;

/// <summary>Puts an image together of layers that a store has: from scratch, on a base, or out of an image that is changed.</summary>
/// <remarks>
/// The same calls with the same <see cref="Created"/> give the same bytes, and so the same digests. Not safe for concurrent use.
/// </remarks>
/// <example>
/// <code>
/// var builder = ImageBuilder.Edit(image);
/// builder.Config = builder.Config.WithEnvironment("MODE", "fast").WithLabel("team", "web");
/// Descriptor edited = await builder.AddHistory(new History { CreatedBy = "ENV MODE=fast" }).BuildAsync(store);
/// </code>
/// </example>
public sealed partial class ImageBuilder
{
    /// <summary>The largest manifest or index that is written, in bytes: registries need take no more (distribution-spec, "Pushing Manifests").</summary>
    public const int MaxManifestSize = 4 * 1024 * 1024;

    private readonly TimeProvider _clock;
    private readonly ImageConfig _base;
    private readonly ImageManifest? _edited;
    private readonly HashSet<Digest> _baseLayers;
    private readonly ImageSteps _steps;

    /// <summary>Begins an image from scratch.</summary>
    /// <param name="platform">What the image runs on; <see cref="Oci.Image.Platform.Current"/> by default.</param>
    /// <param name="clock">What <see cref="Created"/> is taken from where it is not set.</param>
    public ImageBuilder(Platform? platform = null, TimeProvider? clock = null)
        : this(CreateConfig(platform ?? Platform.Current), edited: null, new ImageSteps([], [], null), clock)
    {
    }

    /// <summary>Begins an image on top of another, of which it takes layers, history, platform, config and format.</summary>
    /// <param name="baseImage">The base. Its layers must be in the store, or be copied there, before the image is used.</param>
    /// <param name="clock">What <see cref="Created"/> is taken from where it is not set.</param>
    public ImageBuilder(OciImage baseImage, TimeProvider? clock = null)
        : this(baseImage?.Config ?? throw new ArgumentNullException(nameof(baseImage)), edited: null, new ImageSteps(baseImage), clock) =>
        Format = FormatOf(baseImage);

    internal ImageBuilder(ImageConfig config, ImageManifest? edited, ImageSteps steps, TimeProvider? clock)
    {
        _clock = clock ?? TimeProvider.System;
        _base = config;
        _edited = edited;
        _steps = steps;
        _baseLayers = [.. steps.Layers.Select(layer => layer.Descriptor.Digest)];
        Config = config.Config ?? new ContainerConfig();
        Platform = config.Platform;
        Author = config.Author;
        Created = edited is null ? null : config.Created;
        Subject = edited?.Subject;
        Annotations = SortedAnnotations.Copy(edited?.Annotations);
    }

    /// <summary>What the image runs on.</summary>
    /// <exception cref="ArgumentNullException">Set to null.</exception>
    public Platform Platform
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    }

    /// <summary>How a container of the image is run: environment, command, user. Edit with <c>with</c>, and with <see cref="ContainerConfigEdits"/>.</summary>
    public ContainerConfig Config { get; set; }

    /// <summary>Who made the image.</summary>
    public string? Author { get; set; }

    /// <summary>When the image was made. Set it for a reproducible image: see <see cref="SourceDateEpoch"/>.</summary>
    /// <remarks>By default the time when it is built, in whole seconds; for an image that is edited, the time it has.</remarks>
    public DateTimeOffset? Created { get; set; }

    /// <summary>Annotations of the manifest. Docker's tools pass over them in images of Docker's format.</summary>
    public IDictionary<string, string> Annotations { get; }

    /// <summary>What the image is a part of or speaks about, where it is a referrer.</summary>
    public Descriptor? Subject { get; set; }

    /// <summary>The media types to write, of manifest, config and all layers. That of the base by default; OCI for an image from scratch.</summary>
    public ImageFormat Format { get; set; }

    /// <summary>The most layers that <see cref="AddLayer(LayerDigests, History?)"/> and its like make. Default 125, which is what Docker runs.</summary>
    public int MaxLayers
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 125;

    /// <summary>Puts the config into its descriptor too (image-spec, descriptor.md, "data") where it has at most so many bytes. Default 0: never.</summary>
    /// <remarks>It saves a request where the image is pulled. Not done in Docker's format, which has no such member.</remarks>
    public int MaxEmbeddedSize
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>The layers so far, the lowest first.</summary>
    public IReadOnlyList<LayerStep> Layers => _steps.Layers;

    /// <summary>The history so far, the oldest first: one entry for each layer, and those of steps that made none.</summary>
    public IReadOnlyList<History> History => _steps.History;

    /// <summary>Begins to change an image: all that is not changed stays, its annotations and time of creation too.</summary>
    /// <param name="image">The image. Its layers must be in the store, or be copied there, before the new one is used.</param>
    public static ImageBuilder Edit(OciImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new ImageBuilder(image.Config, image.Manifest, new ImageSteps(image), clock: null) { Format = FormatOf(image) };
    }

    internal static ImageFormat FormatOf(OciImage image) =>
        image.Descriptor.MediaType == MediaTypes.DockerManifest ? ImageFormat.Docker : ImageFormat.Oci;

    private static ImageConfig CreateConfig(Platform platform) => new()
    {
        Architecture = platform.Architecture,
        Os = platform.Os,
        OsVersion = platform.OsVersion,
        OsFeatures = platform.OsFeatures,
        Variant = platform.Variant,
        RootFs = new RootFs { DiffIds = [] },
    };
}
