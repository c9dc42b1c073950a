namespace Oci.Testing.Generators;

/// <summary>Damages bytes as disks, networks and attackers do. The same random numbers give the same damage.</summary>
public static class Mutation
{
    // What parsers trip over: ends of ranges, signs, separators, digits.
    private static readonly byte[] Interesting = [0, 1, 0x20, 0x2d, 0x2f, 0x30, 0x37, 0x38, 0x39, 0x3d, 0x0a, 0x5c, 0x7f, 0x80, 0xc0, 0xff];

    /// <summary>A copy with one to four changes.</summary>
    public static byte[] Of(byte[] bytes, Random random)
    {
        for (int changes = random.Next(1, 5); changes > 0; changes--)
        {
            bytes = ChangeOnce(bytes, random);
        }
        return bytes;
    }

    /// <summary>A copy with one change of bytes in place, the length kept.</summary>
    public static byte[] InPlace(byte[] bytes, Range where, Random random)
    {
        var copy = (byte[])bytes.Clone();
        Span<byte> part = copy.AsSpan(where);
        int at = random.Next(part.Length);
        switch (random.Next(4))
        {
            case 0:
                part[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                part[at] = Interesting[random.Next(Interesting.Length)];
                break;
            case 2:
                part[at..Math.Min(part.Length, at + random.Next(1, 12))].Fill(Interesting[random.Next(Interesting.Length)]);
                break;
            default:
                random.NextBytes(part[at..Math.Min(part.Length, at + random.Next(1, 12))]);
                break;
        }
        return copy;
    }

    private static byte[] ChangeOnce(byte[] bytes, Random random)
    {
        if (bytes.Length == 0)
        {
            return [Interesting[random.Next(Interesting.Length)]];
        }
        int start = random.Next(bytes.Length);
        int end = Math.Min(bytes.Length, start + random.Next(1, 64));
        switch (random.Next(8))
        {
            case 0:
                return bytes[..start];
            case 1:
                return [.. bytes[..start], .. bytes[end..]];
            case 2:
                return [.. bytes[..end], .. bytes[start..end], .. bytes[end..]];
            case 3:
                var noise = new byte[random.Next(1, 16)];
                random.NextBytes(noise);
                return [.. bytes[..start], .. noise, .. bytes[start..]];
            default:
                return InPlace(bytes, .., random);
        }
    }
}
