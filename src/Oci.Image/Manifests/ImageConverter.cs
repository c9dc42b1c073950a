namespace Oci.Image.Manifests;

/// <summary>Turns images of Docker's format into OCI's and back, single or with all their platforms.</summary>
/// <remarks>
/// <para>
/// Manifests and indexes are written anew, with new digests. Configs and layers stay the blobs that they are, under
/// the media types of the new format, and are not read: only a zstd layer that is to be in Docker's format is
/// (<see cref="ImageConversionOptions.RecompressZstd"/>). From Docker to OCI nothing is lost.
/// </para>
/// <para>
/// The destination gets the new documents and layers. Blobs that stay are not copied: give the source for the
/// destination, or one that has them; or convert into a store of its own, and copy from a
/// <see cref="CombinedContentSource"/> of that and the source.
/// </para>
/// </remarks>
public static class ImageConverter
{
    /// <summary>Converts a manifest, or an index with all that it lists.</summary>
    /// <param name="source">Where the image is.</param>
    /// <param name="root">The manifest or index.</param>
    /// <param name="destination">What gets the new documents, children before parents. May be the source.</param>
    /// <param name="format">The format that the image is to have.</param>
    /// <param name="options">What may be changed or left out; <see langword="null"/> for nothing. Copied.</param>
    /// <param name="cancellationToken">Ends the work. Documents that were written stay.</param>
    /// <returns>The converted image, and what was left out. It has no tag yet.</returns>
    /// <exception cref="ImageConversionException">The format has no place for something, and the options do not let it go.</exception>
    /// <exception cref="ContentNotFoundException">The source lacks a manifest, also one that an index lists: its new digest cannot be known.</exception>
    /// <exception cref="InvalidDocumentException">A manifest or index is malformed.</exception>
    public static async Task<ImageConversion> ConvertAsync(IContentSource source, Descriptor root, IContentStore destination, ImageFormat format, ImageConversionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(destination);
        options = (options ?? new ImageConversionOptions()).Copy();
        return format switch
        {
            ImageFormat.Oci => await new OciConversion(source, destination).RunAsync(root, cancellationToken).ConfigureAwait(false),
            ImageFormat.Docker => await new DockerConversion(source, destination, options).RunAsync(root, cancellationToken).ConfigureAwait(false),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such format."),
        };
    }
}
