using Oci.Image.Layers;
using Oci.Image.Tar;

namespace Oci.Image.Building;

/// <summary>Reads an archive that is to become a layer to its end, and checks that it is one.</summary>
internal static class ArchiveReader
{
    /// <summary>Reads all of an archive.</summary>
    /// <param name="source">The archive, compressed or not; it stays open.</param>
    /// <param name="copy">Is given the uncompressed archive, byte for byte; null where nobody wants it.</param>
    /// <param name="options">The limits.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="TarFormatException">It is no tar archive, or a truncated one.</exception>
    public static async Task<LayerArchive> ReadAsync(Stream source, Stream? copy, LayerReaderOptions options, CancellationToken cancellationToken)
    {
        var pipeline = new LayerReadPipeline(source, descriptor: null, diffId: null, options, leaveOpen: true);
        await using (pipeline.ConfigureAwait(false))
        {
            Stream output = pipeline.Output.AsStream(leaveOpen: true);
            Stream archive = copy is null ? output : new TeeStream(output, copy);
            var tar = new TarReader(archive, options.Tar, leaveOpen: true);
            await using (tar.ConfigureAwait(false))
            {
                while (await tar.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                }
            }
            // What follows the archive's end belongs to the layer and its digest: tar fills up to 10 KiB.
            await archive.CopyToAsync(Stream.Null, LayerPipe.ReadSize, cancellationToken).ConfigureAwait(false);
            LayerArchive result = await pipeline.Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
            return result.Size > 0
                ? result
                : throw new TarFormatException("The archive is empty: even one without entries has two blocks of zeros", 0);
        }
    }
}
