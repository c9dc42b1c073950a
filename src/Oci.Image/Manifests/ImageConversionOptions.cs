using Oci.Image.Compression;
using Oci.Image.Layers;

namespace Oci.Image.Manifests;

/// <summary>What <see cref="ImageConverter"/> may do to an image that the other format cannot hold as it is.</summary>
public sealed class ImageConversionOptions
{
    /// <summary>
    /// True to leave out what Docker's format has no place for: annotations, artifact types, subjects, and entries of an
    /// index that are no images. Each is told in <see cref="ImageConversion.Dropped"/>. Default false: the conversion fails.
    /// </summary>
    public bool DropUnsupported { get; set; }

    /// <summary>True to compress zstd layers anew as gzip, since Docker's format knows no zstd. They are read and verified for that. Default false: the conversion fails.</summary>
    public bool RecompressZstd { get; set; }

    /// <summary>What compresses those layers. Default gzip.</summary>
    /// <exception cref="ArgumentException">The codec is not one of gzip.</exception>
    public CompressionCodec Codec
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Algorithm != CompressionAlgorithm.Gzip)
            {
                throw new ArgumentException($"Docker's format knows gzip, and not {value.Algorithm}.", nameof(value));
            }
            field = value;
        }
    } = GzipCodec.Default;

    /// <summary>Limits and codecs for reading those layers; <see langword="null"/> for the defaults.</summary>
    public LayerReaderOptions? Layers { get; set; }

    internal ImageConversionOptions Copy()
    {
        var copy = (ImageConversionOptions)MemberwiseClone();
        copy.Layers = (Layers ?? LayerReaderOptions.Default).Copy();
        return copy;
    }
}
