using Oci.Image.Configuration;
using Oci.Image.Manifests;

namespace Oci.Image;

/// <summary>Small documents of a content source or store, read and written whole.</summary>
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
        ContentReading.CheckSize(descriptor, maxSize);
        Stream stream = await source.OpenAsync(descriptor, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            return await ContentReading.ReadAsync(stream, descriptor, maxSize, cancellationToken).ConfigureAwait(false);
        }
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

    /// <summary>Adds small content that is at hand, under its SHA-256.</summary>
    /// <returns>Its descriptor.</returns>
    public static async Task<Descriptor> AddAsync(this IContentStore store, MediaType mediaType, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        Descriptor descriptor = Descriptor.Create(mediaType, content.Span);
        using Stream stream = ContentReading.ToStream(content);
        await store.AddAsync(descriptor, stream, cancellationToken).ConfigureAwait(false);
        return descriptor;
    }
}
