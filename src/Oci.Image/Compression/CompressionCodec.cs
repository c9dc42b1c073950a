namespace Oci.Image.Compression;

/// <summary>Compresses and decompresses one format. Derive from it to plug in another implementation of one.</summary>
/// <remarks>
/// Instances are safe for use by several threads, their streams are not. Layers are read with <c>ReadAsync</c> into
/// buffers of 64 KiB, and written with <c>WriteAsync</c>. A decompressor reports damaged data as
/// <see cref="InvalidDataException"/>.
/// </remarks>
public abstract class CompressionCodec
{
    /// <summary>The format.</summary>
    public abstract CompressionAlgorithm Algorithm { get; }

    /// <summary>Opens a stream that reads <paramref name="source"/> decompressed.</summary>
    /// <param name="source">The compressed data; it stays open when the returned stream is disposed.</param>
    /// <returns>A stream that the caller disposes.</returns>
    /// <exception cref="CompressionException">What the codec needs is not on this machine.</exception>
    public abstract Stream OpenDecompressor(Stream source);

    /// <summary>Opens a stream that writes what it is given to <paramref name="destination"/>, compressed.</summary>
    /// <param name="destination">Where the compressed data goes; it stays open when the returned stream is disposed.</param>
    /// <returns>A stream that the caller disposes, which ends the compressed data.</returns>
    /// <exception cref="CompressionException">What the codec needs is not on this machine.</exception>
    public abstract Stream OpenCompressor(Stream destination);
}
