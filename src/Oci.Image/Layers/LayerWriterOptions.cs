using Oci.Image.Compression;

namespace Oci.Image.Layers;

/// <summary>How a <see cref="LayerWriter"/> writes.</summary>
public sealed class LayerWriterOptions
{
    internal static readonly LayerWriterOptions Default = new();

    /// <summary>What compresses; <see langword="null"/> to write the archive as it is. Default gzip.</summary>
    public CompressionCodec? Codec { get; set; } = GzipCodec.Default;

    /// <summary>The algorithm of the blob's digest and of the DiffID. Default SHA-256.</summary>
    public DigestAlgorithm DigestAlgorithm { get; set; } = DigestAlgorithm.Sha256;
}
