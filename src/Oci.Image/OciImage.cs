using Oci.Image.Configuration;
using Oci.Image.Manifests;

namespace Oci.Image;

/// <summary>One image of a content source: manifest, config and layers, read and checked against one another.</summary>
/// <remarks>Holds no files or connections open, and reads layers only when they are opened.</remarks>
public sealed class OciImage
{
    private OciImage(IContentSource source, Descriptor descriptor, ReadOnlyMemory<byte> manifestBytes, ReadOnlyMemory<byte> configBytes)
    {
        Source = source;
        Descriptor = descriptor;
        ManifestBytes = manifestBytes;
        ConfigBytes = configBytes;
        Manifest = ImageManifest.Parse(manifestBytes.Span);
        Config = ImageConfig.Parse(configBytes.Span);
        Layers = Zip(descriptor, Manifest, Config);
    }

    /// <summary>Where the image is read from.</summary>
    public IContentSource Source { get; }

    /// <summary>The descriptor of the image's manifest.</summary>
    public Descriptor Descriptor { get; }

    /// <summary>The manifest.</summary>
    public ImageManifest Manifest { get; }

    /// <summary>The exact bytes of the manifest, over which its digest is.</summary>
    public ReadOnlyMemory<byte> ManifestBytes { get; }

    /// <summary>The config.</summary>
    public ImageConfig Config { get; }

    /// <summary>The exact bytes of the config, over which its digest is.</summary>
    public ReadOnlyMemory<byte> ConfigBytes { get; }

    /// <summary>The layers, the base first.</summary>
    public IReadOnlyList<ImageLayer> Layers { get; }

    /// <summary>Opens the image that a reference stands for.</summary>
    /// <param name="source">The layout, archive or repository that has it.</param>
    /// <param name="reference">A tag, a digest, or empty for the only image of the source.</param>
    /// <param name="platform">Which image of an index to take; that of this process by default (on macOS, Linux of this architecture).
    /// Where it is given, a single image must be for it too.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ContentNotFoundException">The source has no such reference, or lacks the manifest or config.</exception>
    /// <exception cref="PlatformNotFoundException">There is no image for the platform.</exception>
    /// <exception cref="InvalidDocumentException">A manifest, index or config is malformed, or manifest and config do not fit together.</exception>
    /// <exception cref="ContentMismatchException">A manifest, index or config is not what its descriptor says.</exception>
    /// <exception cref="OciImageException">What the reference stands for is no image.</exception>
    public static async Task<OciImage> OpenAsync(IContentSource source, string reference, Platform? platform = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(reference);
        Descriptor resolved = await source.ResolveAsync(reference, cancellationToken).ConfigureAwait(false)
            ?? throw new ContentNotFoundException(reference, source.ToString() ?? "The source");
        return await OpenAsync(source, resolved, platform, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens the image that a descriptor points to, directly or through an index.</summary>
    /// <inheritdoc cref="OpenAsync(IContentSource, string, Platform, CancellationToken)"/>
    public static async Task<OciImage> OpenAsync(IContentSource source, Descriptor descriptor, Platform? platform = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(descriptor);
        if (MediaTypes.IsIndex(descriptor.MediaType))
        {
            descriptor = await PlatformSelector.SelectAsync(source, descriptor, platform ?? PlatformMatcher.DefaultPlatform, cancellationToken).ConfigureAwait(false);
        }
        else if (!MediaTypes.IsManifest(descriptor.MediaType))
        {
            throw new OciImageException($"{descriptor.Digest} is a {descriptor.MediaType}, not an image manifest or index.");
        }
        byte[] manifestBytes = await source.ReadAsync(descriptor, cancellationToken: cancellationToken).ConfigureAwait(false);
        Descriptor config = ImageManifest.Parse(manifestBytes).Config;
        if (!MediaTypes.IsConfig(config.MediaType))
        {
            throw new OciImageException($"{descriptor.Digest} is an artifact whose config is a {config.MediaType}, not an image. It cannot be unpacked or run; read its blobs through its manifest.");
        }
        byte[] configBytes = await source.ReadAsync(config, cancellationToken: cancellationToken).ConfigureAwait(false);
        var image = new OciImage(source, descriptor, manifestBytes, configBytes);
        if (platform is not null && PlatformMatcher.GetDistance(platform, image.Config.Platform) is null)
        {
            throw new PlatformNotFoundException(platform, [image.Config.Platform]);
        }
        return image;
    }

    private static IReadOnlyList<ImageLayer> Zip(Descriptor descriptor, ImageManifest manifest, ImageConfig config)
    {
        // config.md: "Implementations MUST generate an error if they encounter an unknown value while verifying or unpacking".
        if (config.RootFs.Type != "layers")
        {
            throw new InvalidDocumentException("image config", "$.rootfs.type", $"it is '{config.RootFs.Type}', and only 'layers' is known: how this root filesystem is made up cannot be told.");
        }
        IReadOnlyList<Digest> diffIds = config.RootFs.DiffIds;
        if (diffIds.Count != manifest.Layers.Count)
        {
            throw new InvalidDocumentException("image config", "$.rootfs.diff_ids", $"it has {diffIds.Count} DiffIDs, and the manifest {descriptor.Digest} has {manifest.Layers.Count} layers: the two do not belong together.");
        }
        IReadOnlyList<Digest> chainIds = config.RootFs.GetChainIds();
        return [.. manifest.Layers.Select((layer, i) => new ImageLayer(layer, diffIds[i], chainIds[i]))];
    }
}
