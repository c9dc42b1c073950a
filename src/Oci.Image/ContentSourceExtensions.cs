using Oci.Image.Configuration;
using Oci.Image.Manifests;

namespace Oci.Image;

/// <summary>Small documents of a content source, read whole and verified.</summary>
public static class ContentSourceExtensions
{
    /// <summary>Reads content whole.</summary>
    /// <param name="source">Where to read.</param>
    /// <param name="descriptor">What to read. A descriptor whose size is over <paramref name="maxSize"/> is refused before anything is allocated.</param>
    /// <param name="maxSize">The most bytes to read; 16 MiB by default.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="OciImageException">The descriptor says more than <paramref name="maxSize"/>.</exception>
    /// <exception cref="ContentMismatchException">The content is not what the descriptor says.</exception>
    public static async Task<byte[]> ReadAsync(this IContentSource source, Descriptor descriptor, int maxSize = OciJson.MaxDocumentSize, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(descriptor);
        if (descriptor.Size > maxSize)
        {
            throw new OciImageException($"The {descriptor.MediaType} {descriptor.Digest} has {descriptor.Size} bytes; {maxSize} is the most that is read into memory.");
        }
        var content = new byte[descriptor.Size];
        Stream stream = await source.OpenAsync(descriptor, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            await stream.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
            // The mismatch, if there is one, is told where the end would be.
            await stream.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false);
        }
        return content;
    }

    /// <summary>Reads an image manifest.</summary>
    /// <exception cref="InvalidDocumentException">The content is no manifest.</exception>
    public static async Task<ImageManifest> ReadManifestAsync(this IContentSource source, Descriptor descriptor, CancellationToken cancellationToken = default) =>
        ImageManifest.Parse(await source.ReadAsync(descriptor, cancellationToken: cancellationToken).ConfigureAwait(false));

    /// <summary>Reads an image index.</summary>
    /// <exception cref="InvalidDocumentException">The content is no index.</exception>
    public static async Task<ImageIndex> ReadIndexAsync(this IContentSource source, Descriptor descriptor, CancellationToken cancellationToken = default) =>
        ImageIndex.Parse(await source.ReadAsync(descriptor, cancellationToken: cancellationToken).ConfigureAwait(false));

    /// <summary>Reads an image config.</summary>
    /// <exception cref="InvalidDocumentException">The content is no image config.</exception>
    public static async Task<ImageConfig> ReadConfigAsync(this IContentSource source, Descriptor descriptor, CancellationToken cancellationToken = default) =>
        ImageConfig.Parse(await source.ReadAsync(descriptor, cancellationToken: cancellationToken).ConfigureAwait(false));
}
