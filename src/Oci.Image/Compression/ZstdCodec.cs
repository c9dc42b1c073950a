namespace Oci.Image.Compression;

/// <summary>Zstandard by the system's libzstd (<c>libzstd.so.1</c>, 1.4.0 or later), which every Linux distribution has.</summary>
/// <remarks>
/// Where the library is missing, opening a stream fails with a <see cref="CompressionException"/> that says so. On other
/// systems, or to do without it, derive a <see cref="CompressionCodec"/> from a managed implementation.
/// A frame may ask for a window of up to 128 MiB.
/// </remarks>
public sealed class ZstdCodec : CompressionCodec
{
    internal static readonly ZstdCodec Default = new();

    // 2 to the 27th is 128 MiB.
    private const int MaxWindowLog = 27;

    private readonly int _level;
    private readonly int _workers;

    /// <summary>Makes a codec.</summary>
    /// <param name="level">How hard to compress, 1 to 19. Default 3.</param>
    /// <param name="workers">How many threads compress; 0, the default, for as many as there are processors, up to 8. The bytes are the same for any number.</param>
    public ZstdCodec(int level = 3, int workers = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(workers);
        ArgumentOutOfRangeException.ThrowIfLessThan(level, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, 19);
        _level = level;
        _workers = workers == 0 ? Math.Min(Environment.ProcessorCount, 8) : workers;
    }

    /// <inheritdoc/>
    public override CompressionAlgorithm Algorithm => CompressionAlgorithm.Zstd;

    /// <inheritdoc/>
    public override Stream OpenDecompressor(Stream source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Load(() =>
        {
            ZstdDecompressorHandle context = LibZstd.CreateDecompressor();
            LibZstd.Check(LibZstd.SetParameter(context, LibZstd.ZSTD_d_windowLogMax, MaxWindowLog));
            return new ZstdDecompressStream(source, context);
        });
    }

    /// <inheritdoc/>
    public override Stream OpenCompressor(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return Load(() =>
        {
            ZstdCompressorHandle context = LibZstd.CreateCompressor();
            LibZstd.Check(LibZstd.SetParameter(context, LibZstd.ZSTD_c_compressionLevel, _level));
            LibZstd.Check(LibZstd.SetParameter(context, LibZstd.ZSTD_c_checksumFlag, 1));
            // A library built without threads refuses, and compresses on this one. With one worker or more, the bytes do
            // not depend on their number (zstd.h, ZSTD_c_nbWorkers), and the hashes are made beside the compression.
            _ = LibZstd.IsSuccess(LibZstd.SetParameter(context, LibZstd.ZSTD_c_nbWorkers, _workers));
            return new ZstdCompressStream(destination, context);
        });
    }

    internal static Stream Load(Func<Stream> open)
    {
        try
        {
            return open();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new CompressionException(
                "Zstandard needs the system's libzstd.so.1, 1.4.0 or later, which was not found. Install it (libzstd1 on Debian and Ubuntu, libzstd on Fedora, zstd-libs on Alpine), or set a CompressionCodec of your own.",
                CompressionAlgorithm.Zstd,
                e);
        }
    }
}
