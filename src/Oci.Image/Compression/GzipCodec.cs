using System.IO.Compression;

namespace Oci.Image.Compression;

/// <summary>gzip by .NET's own zlib. Compresses blocks in parallel.</summary>
/// <remarks>
/// <para>
/// What it writes is one gzip member whose bytes do not depend on the number of processors or on time. They may differ
/// between .NET versions and processor families, because zlib's do: a blob's digest is not a name for its content. The
/// DiffID is.
/// </para>
/// <para>Reads several members one after another. What follows the last member and is none is passed over, as gzip does.</para>
/// </remarks>
public sealed class GzipCodec : CompressionCodec
{
    internal static readonly GzipCodec Default = new();

    private readonly CompressionLevel _level;
    private readonly int _workers;

    /// <summary>Makes a codec.</summary>
    /// <param name="level">How hard to compress. Default <see cref="CompressionLevel.Optimal"/>.</param>
    /// <param name="workers">How many blocks of 1 MiB may be compressed at a time; 0, the default, for as many as there are processors, up to 8.</param>
    public GzipCodec(CompressionLevel level = CompressionLevel.Optimal, int workers = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(workers);
        _level = level;
        _workers = workers == 0 ? Math.Min(Environment.ProcessorCount, 8) : workers;
    }

    /// <inheritdoc/>
    public override CompressionAlgorithm Algorithm => CompressionAlgorithm.Gzip;

    /// <inheritdoc/>
    public override Stream OpenDecompressor(Stream source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new GZipStream(source, CompressionMode.Decompress, leaveOpen: true);
    }

    /// <inheritdoc/>
    public override Stream OpenCompressor(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return new GzipBlockStream(destination, _level, _workers);
    }
}
