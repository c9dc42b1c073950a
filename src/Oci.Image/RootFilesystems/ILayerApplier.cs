using Oci.Image.Tar;

namespace Oci.Image.RootFilesystems;

/// <summary>Applies layers to a directory, the lowest first (image-spec, layer.md, "Applying Changesets").</summary>
internal interface ILayerApplier : IDisposable
{
    /// <summary>What was done so far.</summary>
    UnpackResult Result { get; }

    /// <summary>Applies one layer.</summary>
    /// <param name="reader">The layer, at its start; it stays the caller's.</param>
    /// <param name="layer">For messages.</param>
    /// <param name="layerIndex">0 for the lowest, which has nothing that whiteouts could hide.</param>
    /// <param name="cancellationToken">Ends the work between two entries or pieces of content.</param>
    /// <exception cref="UnpackException">An entry is refused, or the file system refuses.</exception>
    Task ApplyAsync(TarReader reader, UnpackLayer? layer, int layerIndex, CancellationToken cancellationToken);

    /// <summary>Does what is left when all layers are applied: directories get their modes and times.</summary>
    /// <exception cref="UnpackException">The file system refuses.</exception>
    void Finish(CancellationToken cancellationToken);
}
