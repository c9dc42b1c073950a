using Oci.Image.Tar;

namespace Oci.Image.Layers;

/// <summary>Reads the entries of one layer from its blob, and verifies it.</summary>
internal static class LayerPass
{
    /// <summary>Opens a reader on a blob, lets the entries be read, and checks all digests.</summary>
    /// <param name="blob">The blob, which is disposed.</param>
    /// <param name="descriptor">What the blob must be.</param>
    /// <param name="diffId">What the archive must be.</param>
    /// <param name="options">Limits and codecs; null for the defaults.</param>
    /// <param name="readAsync">Reads the entries, all or some of them.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task RunAsync(Stream blob, Descriptor descriptor, Digest diffId, LayerReaderOptions? options, Func<TarReader, Task> readAsync, CancellationToken cancellationToken)
    {
        LayerReader reader;
        try
        {
            reader = new LayerReader(blob, descriptor, diffId, options);
        }
        catch
        {
            await blob.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        await using (reader.ConfigureAwait(false))
        {
            try
            {
                await readAsync(reader.Tar).ConfigureAwait(false);
            }
            catch (TarFormatException)
            {
                // A blob that is not what its descriptor says is the better reason, and is thrown here.
                await reader.CompleteAsync(cancellationToken).ConfigureAwait(false);
                throw;
            }
            await reader.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
