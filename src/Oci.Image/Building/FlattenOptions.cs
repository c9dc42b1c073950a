using Oci.Image.Changes;
using Oci.Image.Compression;
using Oci.Image.Layers;

namespace Oci.Image.Building;

/// <summary>How an <see cref="ImageFlattener"/> makes one layer of several, and the limits they must keep to.</summary>
public sealed class FlattenOptions
{
    /// <summary>The lowest layer to flatten, 0 for the image's lowest; it and all above become one. Default 0.</summary>
    public int FirstLayer
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>What compresses the layer; <see langword="null"/> to store the archive as it is. Default gzip.</summary>
    public CompressionCodec? Codec { get; set; } = GzipCodec.Default;

    /// <summary>The most names that the image may have, which are held in memory. Default 4,000,000.</summary>
    public long MaxEntries { get; set => field = Positive(value); } = 4_000_000;

    /// <summary>The most bytes of names, link targets and attributes together, which are held in memory. Default 256 MiB.</summary>
    public long MaxNameBytes { get; set => field = Positive(value); } = 256L << 20;

    /// <summary>The most bytes of file content of the layer that is made, the holes of sparse files included. Default 128 GiB.</summary>
    public long MaxBytes { get; set => field = Positive(value); } = 128L << 30;

    /// <summary>Takes a leading slash off names in place of refusing them, for images of tools that write one. Default false.</summary>
    public bool AllowAbsoluteNames { get; set; }

    /// <summary>The limits of each layer, and what decompresses it; <see langword="null"/> for the defaults.</summary>
    public LayerReaderOptions? Layers { get; set; }

    internal FlattenOptions Copy()
    {
        var copy = (FlattenOptions)MemberwiseClone();
        copy.Layers = Layers?.Copy();
        return copy;
    }

    internal TreeSnapshotOptions ToTreeOptions() => new() { MaxEntries = MaxEntries, MaxBytes = MaxNameBytes, AllowAbsoluteNames = AllowAbsoluteNames, Layers = Layers };

    private static long Positive(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        return value;
    }
}
