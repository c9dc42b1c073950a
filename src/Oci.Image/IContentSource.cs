namespace Oci.Image;

/// <summary>Where content is read from: a layout, an archive, memory, a remote repository.</summary>
/// <remarks>Implementations are safe for concurrent calls.</remarks>
public interface IContentSource
{
    /// <summary>Opens content for reading. The stream verifies as it is read; the caller disposes it.</summary>
    /// <param name="descriptor">What to open. Its size and digest are checked on the way.</param>
    /// <param name="cancellationToken">Ends the opening; later reads take tokens of their own.</param>
    /// <returns>A stream that throws <see cref="ContentMismatchException"/> before it reports the end of bad content.</returns>
    /// <exception cref="ContentNotFoundException">The source has no such content.</exception>
    Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken = default);

    /// <summary>Whether the source has the content, by digest. Does not read it.</summary>
    Task<bool> ExistsAsync(Descriptor descriptor, CancellationToken cancellationToken = default);

    /// <summary>The descriptor that a tag, or a digest of a manifest, stands for; <see langword="null"/> where there is none.</summary>
    /// <param name="reference">A tag or digest. Empty stands for the only image, in sources that can have just one.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    Task<Descriptor?> ResolveAsync(string reference, CancellationToken cancellationToken = default);

    /// <summary>The tags of this source in ordinal order.</summary>
    IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken = default);

    /// <summary>The manifests whose <c>subject</c> is <paramref name="subject"/>.</summary>
    /// <param name="subject">The digest of a manifest, which need not be there itself.</param>
    /// <param name="artifactType">Only those of this type, where given.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType = null, CancellationToken cancellationToken = default);
}
