using Oci.Image.Compression;
using Oci.Image.Tar;

namespace Oci.Image.Layers;

/// <summary>The limits of a <see cref="LayerReader"/> and what it decompresses with.</summary>
public sealed class LayerReaderOptions
{
    internal static readonly LayerReaderOptions Default = new();

    /// <summary>The most uncompressed bytes. Default 64 GiB.</summary>
    public long MaxUncompressedSize { get; set => field = Positive(value); } = 64L << 30;

    /// <summary>How many times its compressed size a layer may grow to, once it is over <see cref="ExpansionRatioFloor"/>. Default 200.</summary>
    /// <remarks>gzip reaches 1032 on zeros, so a real layer with big empty files may need more.</remarks>
    public int MaxExpansionRatio { get; set => field = (int)Positive(value); } = 200;

    /// <summary>The uncompressed size up to which no ratio is looked at, in bytes. Default 1 GiB.</summary>
    public long ExpansionRatioFloor { get; set => field = Positive(value); } = 1L << 30;

    /// <summary>The limits of the tar reader; <see langword="null"/> for its defaults.</summary>
    public TarReaderOptions? Tar { get; set; }

    /// <summary>What decompresses, the first of each format. Default gzip by .NET, and Zstandard by the system.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IReadOnlyList<CompressionCodec> Codecs
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    } = [GzipCodec.Default, ZstdCodec.Default];

    internal LayerReaderOptions Copy()
    {
        var copy = (LayerReaderOptions)MemberwiseClone();
        copy.Codecs = [.. Codecs];
        copy.Tar = Tar?.Copy();
        return copy;
    }

    private static long Positive(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        return value;
    }
}
