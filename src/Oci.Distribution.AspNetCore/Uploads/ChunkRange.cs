using System.Globalization;

namespace Oci.Distribution.AspNetCore.Uploads;

/// <summary>The <c>Content-Range</c> of a chunk: <c>^[0-9]+-[0-9]+$</c>, both ends inclusive (distribution-spec, "Pushing a blob in chunks").</summary>
internal readonly record struct ChunkRange(long Start, long End)
{
    public long Length => End - Start + 1;

    public static bool TryParse(ReadOnlySpan<char> s, out ChunkRange range)
    {
        range = default;
        int dash = s.IndexOf('-');
        if (dash < 0
            || !long.TryParse(s[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out long start)
            || !long.TryParse(s[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out long end)
            || end < start || end == long.MaxValue)
        {
            return false;
        }
        range = new ChunkRange(start, end);
        return true;
    }
}
