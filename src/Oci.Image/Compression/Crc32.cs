namespace Oci.Image.Compression;

/// <summary>The arithmetic of gzip's CRC-32 (RFC 1952, 8): polynomials over GF(2), the lowest power in the highest bit.</summary>
internal static class Crc32
{
    private const uint Polynomial = 0xedb88320;

    /// <summary>The CRC of two pieces of data one after another, from that of each.</summary>
    /// <param name="first">The CRC of the first.</param>
    /// <param name="second">The CRC of the second.</param>
    /// <param name="secondLength">The length of the second in bytes.</param>
    public static uint Combine(uint first, uint second, long secondLength)
    {
        // Appending n bits multiplies the first's remainder by x^n.
        uint shift = 1u << 31;
        uint power = 1u << 30;
        for (ulong bits = (ulong)secondLength * 8; bits != 0; bits >>= 1)
        {
            if ((bits & 1) != 0)
            {
                shift = Multiply(shift, power);
            }
            power = Multiply(power, power);
        }
        return Multiply(shift, first) ^ second;
    }

    private static uint Multiply(uint a, uint b)
    {
        uint product = 0;
        for (uint bit = 1u << 31; bit != 0; bit >>= 1)
        {
            if ((a & bit) != 0)
            {
                product ^= b;
            }
            b = (b & 1) != 0 ? (b >> 1) ^ Polynomial : b >> 1;
        }
        return product;
    }
}
