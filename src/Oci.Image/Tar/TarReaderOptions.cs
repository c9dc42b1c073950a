namespace Oci.Image.Tar;

/// <summary>The limits of a <see cref="TarReader"/>. An archive beyond one is refused with a <see cref="TarFormatException"/>.</summary>
public sealed class TarReaderOptions
{
    internal static readonly TarReaderOptions Default = new();

    /// <summary>The largest PAX extended header, in bytes. Default 1 MiB.</summary>
    public int MaxExtendedHeaderSize { get; set => field = Positive(value); } = 1024 * 1024;

    /// <summary>The longest name and link target, in bytes. Default 64 KiB.</summary>
    public int MaxNameLength { get; set => field = Positive(value); } = 64 * 1024;

    /// <summary>The most extended attributes of one entry. Default 256.</summary>
    public int MaxXattrCount { get; set => field = Positive(value); } = 256;

    /// <summary>The most data segments of one sparse file; each takes 16 bytes of memory. Default 131,072.</summary>
    public int MaxSparseSegmentCount { get; set => field = Positive(value); } = 131_072;

    internal TarReaderOptions Copy() => (TarReaderOptions)MemberwiseClone();

    private static int Positive(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        return value;
    }
}
