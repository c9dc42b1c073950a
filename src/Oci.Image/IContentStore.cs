namespace Oci.Image;

/// <summary>A source that is written to as well. What is added is there whole, and verified, or not at all.</summary>
public interface IContentStore : IContentSource
{
    /// <summary>Adds content whose descriptor is known. Nothing is read where the store has it already.</summary>
    /// <param name="descriptor">Size and digest are checked while the content is read. A manifest or index is told by its media type.</param>
    /// <param name="content">Read to its end, not disposed.</param>
    /// <param name="cancellationToken">Ends the work; nothing is kept then.</param>
    /// <exception cref="ContentMismatchException">The content is not what the descriptor says; nothing is kept.</exception>
    Task AddAsync(Descriptor descriptor, Stream content, CancellationToken cancellationToken = default);

    /// <summary>Begins to write a blob whose digest is known only at its end, as that of a layer being made.</summary>
    /// <returns>A writer that the caller commits, and disposes in any case.</returns>
    Task<ContentWriter> CreateAsync(CancellationToken cancellationToken = default);

    /// <summary>Makes <paramref name="tag"/> stand for a manifest or index that the store has.</summary>
    /// <exception cref="ContentNotFoundException">The store has not the manifest.</exception>
    /// <exception cref="FormatException">The tag is none that this store takes.</exception>
    Task TagAsync(Descriptor descriptor, string tag, CancellationToken cancellationToken = default);
}
