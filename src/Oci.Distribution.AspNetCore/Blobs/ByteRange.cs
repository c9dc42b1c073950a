using System.Globalization;

namespace Oci.Distribution.AspNetCore.Blobs;

/// <summary>The part of a blob that a <c>Range</c> header asks for (RFC 9110, section 14).</summary>
/// <param name="Offset">The first byte.</param>
/// <param name="Length">How many bytes; at least 1.</param>
internal readonly record struct ByteRange(long Offset, long Length)
{
    /// <summary>Reads a <c>Range</c> header for content of <paramref name="size"/> bytes.</summary>
    public static ByteRangeResult Parse(ReadOnlySpan<char> header, long size, out ByteRange range)
    {
        range = default;
        int equals = header.IndexOf('=');
        // Another unit, or no such header at all: section 14.2 has it ignored.
        if (equals < 0 || !header[..equals].Equals("bytes", StringComparison.OrdinalIgnoreCase))
        {
            return ByteRangeResult.Whole;
        }
        ReadOnlySpan<char> specs = header[(equals + 1)..];
        int count = 0;
        foreach (Range part in specs.Split(','))
        {
            ReadOnlySpan<char> spec = specs[part].Trim(" \t");
            if (!spec.IsEmpty && TryParseOne(spec, size, out ByteRange found))
            {
                range = found;
                count++;
            }
        }
        // What cannot be is left out, as section 15.5.17 has it. Of several, each part would be one of a multipart/byteranges,
        // which no registry client reads: section 14.2 permits the whole.
        return count switch
        {
            0 => ByteRangeResult.NotSatisfiable,
            1 => ByteRangeResult.Part,
            _ => ByteRangeResult.Whole,
        };
    }

    private static bool TryParseOne(ReadOnlySpan<char> spec, long size, out ByteRange range)
    {
        range = default;
        int dash = spec.IndexOf('-');
        if (dash < 0)
        {
            return false;
        }
        ReadOnlySpan<char> first = spec[..dash];
        ReadOnlySpan<char> last = spec[(dash + 1)..];
        if (first.IsEmpty)
        {
            if (!TryParseNumber(last, out long suffix) || suffix == 0 || size == 0)
            {
                return false;
            }
            long length = Math.Min(suffix, size);
            range = new ByteRange(size - length, length);
            return true;
        }
        long end = long.MaxValue;
        if (!TryParseNumber(first, out long start) || !last.IsEmpty && !TryParseNumber(last, out end) || end < start || start >= size)
        {
            return false;
        }
        range = new ByteRange(start, Math.Min(end, size - 1) - start + 1);
        return true;
    }

    // More digits than a long holds are still a number, just one beyond every blob.
    private static bool TryParseNumber(ReadOnlySpan<char> s, out long number)
    {
        number = 0;
        if (s.IsEmpty || s.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }
        if (!long.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            number = long.MaxValue;
        }
        return true;
    }
}
