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

    /// <summary>Makes a codec.</summary>
    /// <param name="level">How hard to compress, 1 to 19. Default 3.</param>
    public ZstdCodec(int level = 3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(level, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, 19);
        _level = level;
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
