using Oci.Image.Layers;

namespace Oci.Image.Validation;

/// <summary>How an image or a layout is validated.</summary>
public sealed class ValidationOptions
{
    internal static readonly ValidationOptions Default = new();

    /// <summary>Limits and codecs for layers; <see langword="null"/> for the defaults.</summary>
    public LayerReaderOptions? Layers { get; set; }

    /// <summary>The most findings that are listed. More are counted, so that a report of a bad image is never a good one. Default 1000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int MaxFindings
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 1000;

    /// <summary>The most bytes of entry names that are kept to find names that stand twice in one layer; longer layers are compared up to there. Default 64 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long MaxNameBytes
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 64 << 20;

    internal ValidationOptions Copy()
    {
        var copy = (ValidationOptions)MemberwiseClone();
        copy.Layers = Layers?.Copy();
        return copy;
    }
}
