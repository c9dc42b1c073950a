using System.Runtime.InteropServices;

namespace Oci.Image.Compression;

/// <summary>The streaming calls of libzstd that have been stable since 1.4.0 (zstd.h, "Streaming").</summary>
internal static unsafe partial class LibZstd
{
    public const int ZSTD_c_compressionLevel = 100;
    public const int ZSTD_c_checksumFlag = 201;
    public const int ZSTD_c_nbWorkers = 400;
    public const int ZSTD_d_windowLogMax = 100;
    public const int ZSTD_e_continue = 0;
    public const int ZSTD_e_end = 2;

    private const string Library = "libzstd.so.1";

    /// <summary><c>ZSTD_inBuffer</c> and <c>ZSTD_outBuffer</c>, which have the same members.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Buffer
    {
        public byte* Data;
        public nuint Size;
        public nuint Position;
    }

    [LibraryImport(Library, EntryPoint = "ZSTD_createDCtx")]
    public static partial ZstdDecompressorHandle CreateDecompressor();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeDCtx")]
    public static partial nuint FreeDecompressor(nint context);

    [LibraryImport(Library, EntryPoint = "ZSTD_DCtx_setParameter")]
    public static partial nuint SetParameter(ZstdDecompressorHandle context, int parameter, int value);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressStream")]
    public static partial nuint Decompress(ZstdDecompressorHandle context, ref Buffer output, ref Buffer input);

    [LibraryImport(Library, EntryPoint = "ZSTD_createCCtx")]
    public static partial ZstdCompressorHandle CreateCompressor();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeCCtx")]
    public static partial nuint FreeCompressor(nint context);

    [LibraryImport(Library, EntryPoint = "ZSTD_CCtx_setParameter")]
    public static partial nuint SetParameter(ZstdCompressorHandle context, int parameter, int value);

    [LibraryImport(Library, EntryPoint = "ZSTD_compressStream2")]
    public static partial nuint Compress(ZstdCompressorHandle context, ref Buffer output, ref Buffer input, int directive);

    /// <summary>Whether a result is no error code.</summary>
    public static bool IsSuccess(nuint result) => IsError(result) == 0;

    /// <summary>Passes a result through, unless it is an error code.</summary>
    /// <exception cref="InvalidDataException">The result is an error; the message is the library's.</exception>
    public static nuint Check(nuint result) =>
        IsSuccess(result) ? result : throw new InvalidDataException($"libzstd: {Marshal.PtrToStringUTF8(GetErrorName(result))}.");

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    private static partial uint IsError(nuint result);

    [LibraryImport(Library, EntryPoint = "ZSTD_getErrorName")]
    private static partial nint GetErrorName(nuint result);
}
