using Oci.Image.Configuration;

namespace Oci.Image.Building;

/// <summary>Puts the layers that an image has of its own onto another base, without building it again.</summary>
/// <remarks>
/// Nothing looks into the layers: that they work on the new base is the caller's to know, as for a newer build of the
/// same base. The result has the new base's platform, layers and history, then the image's own layers and history; its
/// config, annotations and time stay those of the image. Environment that the old base gave is the image's by now, and stays.
/// </remarks>
/// <example>
/// <code>
/// BaseReference? from = ImageRebaser.FindBase(image);
/// Descriptor rebased = await ImageRebaser.RebaseAsync(image, oldBase, newBase, store);
/// </code>
/// </example>
public static class ImageRebaser
{
    /// <summary>Rebases an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="oldBase">What it is based on: the lowest layers of both are the same.</param>
    /// <param name="newBase">What it is to be based on.</param>
    /// <param name="store">Where the result goes, with all its layers.</param>
    /// <param name="options">What the result says of its base; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Ends the work. Layers that were copied may stay in the store.</param>
    /// <returns>The descriptor of the new manifest, with its platform. It has no tag yet.</returns>
    /// <exception cref="OciImageException">The image is not based on the old base, and the message says which layer differs; or the new base is for another system or architecture.</exception>
    public static async Task<Descriptor> RebaseAsync(OciImage image, OciImage oldBase, OciImage newBase, IContentStore store, RebaseOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(oldBase);
        ArgumentNullException.ThrowIfNull(newBase);
        ArgumentNullException.ThrowIfNull(store);
        options ??= new RebaseOptions();
        CheckBase(image, oldBase);
        CheckPlatform(image, newBase);
        await LayerCopy.CopyMissingAsync(newBase.Source, newBase.Manifest.Layers, store, cancellationToken).ConfigureAwait(false);
        await LayerCopy.CopyMissingAsync(image.Source, image.Manifest.Layers.Skip(oldBase.Layers.Count), store, cancellationToken).ConfigureAwait(false);
        ImageSteps steps = new ImageSteps(image).Rebase(new ImageSteps(oldBase), new ImageSteps(newBase));
        var builder = new ImageBuilder(image.Config, image.Manifest, steps, clock: null)
        {
            Format = ImageBuilder.FormatOf(image),
            Platform = newBase.Config.Platform,
        };
        builder.Annotations[AnnotationKeys.BaseDigest] = (options.BaseDigest ?? newBase.Descriptor.Digest).ToString();
        if (options.BaseName is not null)
        {
            builder.Annotations[AnnotationKeys.BaseName] = options.BaseName;
        }
        return await builder.BuildAsync(store, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What an image says of its base.</summary>
    /// <returns><see langword="null"/> where it says nothing.</returns>
    /// <exception cref="InvalidDocumentException">The annotation for the digest is none.</exception>
    public static BaseReference? FindBase(OciImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        string? name = image.Manifest.Annotations?.GetValueOrDefault(AnnotationKeys.BaseName);
        string? digest = image.Manifest.Annotations?.GetValueOrDefault(AnnotationKeys.BaseDigest);
        if (digest is null)
        {
            return name is null ? null : new BaseReference(name, null);
        }
        return Digest.TryParse(digest, out Digest parsed)
            ? new BaseReference(name, parsed)
            : throw new InvalidDocumentException("image manifest", $"$.annotations['{AnnotationKeys.BaseDigest}']", $"'{digest}' is no digest.");
    }

    private static void CheckBase(OciImage image, OciImage oldBase)
    {
        if (oldBase.Layers.Count > image.Layers.Count)
        {
            throw NotBased(image, oldBase, $"it has {image.Layers.Count} layers, and that has {oldBase.Layers.Count}");
        }
        for (int i = 0; i < oldBase.Layers.Count; i++)
        {
            ImageLayer layer = image.Layers[i];
            ImageLayer expected = oldBase.Layers[i];
            // The same content may be compressed anew by whoever pushed it, so that only its DiffID is the same.
            if (layer.DiffId != expected.DiffId)
            {
                throw NotBased(image, oldBase, $"its layer {i} has the DiffID {layer.DiffId} (blob {layer.Descriptor.Digest}), and that one's layer {i} {expected.DiffId} (blob {expected.Descriptor.Digest})");
            }
        }
    }

    private static OciImageException NotBased(OciImage image, OciImage oldBase, string why) =>
        new($"The image {image.Descriptor.Digest} is not based on {oldBase.Descriptor.Digest}: {why}. Name the base that it was built on; its annotation {AnnotationKeys.BaseDigest} may say which that is.");

    private static void CheckPlatform(OciImage image, OciImage newBase)
    {
        ImageConfig own = image.Config;
        ImageConfig other = newBase.Config;
        if (own.Os != other.Os || own.Architecture != other.Architecture)
        {
            throw new OciImageException($"The image {image.Descriptor.Digest} is for {own.Platform}, and the new base {newBase.Descriptor.Digest} for {other.Platform}: its programs would not run there. Open the new base for the image's platform.");
        }
    }
}
