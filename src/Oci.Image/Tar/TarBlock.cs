using System.Numerics;

namespace Oci.Image.Tar;

/// <summary>The fields of a 512-byte header block (POSIX pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format").</summary>
internal static class TarBlock
{
    public const int Size = 512;

    public static readonly Range Name = 0..100;
    public static readonly Range Mode = 100..108;
    public static readonly Range Uid = 108..116;
    public static readonly Range Gid = 116..124;
    public static readonly Range FileSize = 124..136;
    public static readonly Range ModifiedTime = 136..148;
    public static readonly Range Checksum = 148..156;
    public const int TypeFlag = 156;
    public static readonly Range LinkName = 157..257;
    public static readonly Range Magic = 257..263;
    public static readonly Range Version = 263..265;
    public static readonly Range UserName = 265..297;
    public static readonly Range GroupName = 297..329;
    public static readonly Range DevMajor = 329..337;
    public static readonly Range DevMinor = 337..345;
    public static readonly Range Prefix = 345..500;

    // star ends its shorter prefix field at 476, where its times follow, and marks the block with "tar" at its end.
    public static readonly Range StarPrefix = 345..476;
    public static readonly Range StarTrailer = 508..512;

    // Old GNU sparse headers: four (offset, length) pairs, a flag that a block of 21 pairs follows, the real size.
    public static readonly Range GnuSparse = 386..482;
    public const int GnuIsExtended = 482;
    public static readonly Range GnuRealSize = 483..495;
    public static readonly Range GnuExtension = 0..504;
    public const int GnuExtensionIsExtended = 504;

    /// <summary>The bytes from a size to the next block.</summary>
    public static int PaddingOf(long size) => (int)(-size & (Size - 1));

    public static bool IsZero(ReadOnlySpan<byte> block) => !block.ContainsAnyExcept((byte)0);

    /// <summary>Compares the checksum: the sum of all bytes with the field itself as spaces. Old tars summed signed chars.</summary>
    public static bool HasValidChecksum(ReadOnlySpan<byte> block)
    {
        if (!TarNumber.TryParseField(block[Checksum], out long expected))
        {
            return false;
        }
        long unsigned = Sum(block);
        // As a signed char, every byte of 128 and up counts 256 less.
        return unsigned == expected || unsigned - 256L * CountHigh(block) == expected;
    }

    /// <summary>The sum of all bytes, with the checksum field taken as spaces.</summary>
    public static int Sum(ReadOnlySpan<byte> block)
    {
        int sum = ' ' * 8 + SumOf(block[..148]) + SumOf(block[156..Size]);
        return sum;
    }

    private static int SumOf(ReadOnlySpan<byte> bytes)
    {
        // A lane takes at most 2 * 255 from each of 64 vectors or fewer: 16 bits are enough, and are added up once.
        Vector<ushort> lanes = default;
        while (bytes.Length >= Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(bytes), out Vector<ushort> low, out Vector<ushort> high);
            lanes += low + high;
            bytes = bytes[Vector<byte>.Count..];
        }
        Vector.Widen(lanes, out Vector<uint> left, out Vector<uint> right);
        int sum = (int)Vector.Sum(left + right);
        foreach (byte b in bytes)
        {
            sum += b;
        }
        return sum;
    }

    private static int CountHigh(ReadOnlySpan<byte> block)
    {
        int count = 0;
        for (int i = 0; i < Size; i++)
        {
            count += i is >= 148 and < 156 ? 0 : block[i] >> 7;
        }
        return count;
    }
}
