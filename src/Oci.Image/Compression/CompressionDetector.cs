using System.Buffers.Binary;

namespace Oci.Image.Compression;

/// <summary>Tells how content is compressed by its first bytes, which are more to be trusted than its media type.</summary>
public static class CompressionDetector
{
    /// <summary>How many first bytes <see cref="Detect"/> wants at most. Content may be shorter.</summary>
    public const int MagicLength = 10;

    /// <summary>What the first bytes of content are the start of; <see cref="CompressionAlgorithm.None"/> where they are nothing known.</summary>
    public static CompressionAlgorithm Detect(ReadOnlySpan<byte> start) => start switch
    {
        [0x1f, 0x8b, 8, ..] => CompressionAlgorithm.Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => CompressionAlgorithm.Zstd,
        // A skippable frame may come first: 0x184D2A5? (RFC 8878, 3.1.2).
        [_, 0x2a, 0x4d, 0x18, ..] when (start[0] & 0xf0) == 0x50 => CompressionAlgorithm.Zstd,
        [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => CompressionAlgorithm.Xz,
        // A tar archive may start with a file named BZh9: the block's own mark tells the two apart.
        [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', ..]
            when start.Length >= MagicLength && BinaryPrimitives.ReadUInt64BigEndian(start[2..]) << 16 == 0x314159265359UL << 16 => CompressionAlgorithm.Bzip2,
        _ => CompressionAlgorithm.None,
    };
}
