using System.Buffers.Binary;

namespace Oci.Image.Tar;

/// <summary>The numbers of tar headers: octal text, GNU's base-256, and the decimal text of PAX records.</summary>
internal static class TarNumber
{
    /// <summary>
    /// Reads a numeric field: octal digits between spaces and NULs (empty is 0), or base-256 where the first bit is
    /// set: two's complement in the rest of the field (GNU tar manual, "Basic Tar Format"; star(5)).
    /// </summary>
    public static bool TryParseField(ReadOnlySpan<byte> field, out long value)
    {
        if ((field[0] & 0x80) != 0)
        {
            return TryParseBase256(field, out value);
        }
        value = 0;
        int i = 0;
        while (i < field.Length && IsFiller(field[i]))
        {
            i++;
        }
        // Twelve digits are 36 bits: no overflow.
        for (; i < field.Length && (uint)(field[i] - '0') < 8; i++)
        {
            value = (value << 3) | (uint)(field[i] - '0');
        }
        for (; i < field.Length; i++)
        {
            if (!IsFiller(field[i]))
            {
                value = 0;
                return false;
            }
        }
        return true;
    }

    private static bool IsFiller(byte b) => b is (byte)' ' or 0;

    /// <summary>Reads one or more decimal digits and nothing else.</summary>
    public static bool TryParseDecimal(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.IsEmpty)
        {
            return false;
        }
        foreach (byte digit in text)
        {
            int d = digit - '0';
            if (d is < 0 or > 9 || value > (long.MaxValue - d) / 10)
            {
                value = 0;
                return false;
            }
            value = value * 10 + d;
        }
        return true;
    }

    private static bool TryParseBase256(ReadOnlySpan<byte> field, out long value)
    {
        // Bit 7 of the first byte is the mark and bit 6 the sign; the value is sign-extended from there.
        bool negative = (field[0] & 0x40) != 0;
        byte fill = negative ? (byte)0xff : (byte)0;
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        bytes.Fill(fill);
        int excess = Math.Max(0, field.Length - sizeof(long));
        for (int i = 0; i < field.Length; i++)
        {
            byte b = i == 0 ? (byte)((field[0] & 0x7f) | (negative ? 0x80 : 0)) : field[i];
            if (i < excess)
            {
                if (b != fill)
                {
                    value = 0;
                    return false;
                }
                continue;
            }
            bytes[sizeof(long) - field.Length + i] = b;
        }
        value = BinaryPrimitives.ReadInt64BigEndian(bytes);
        return value < 0 == negative;
    }
}
