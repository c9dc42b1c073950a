using System.Globalization;

namespace Oci.Distribution.Tests.Blobs;

/// <summary>Serves one blob, by ranges as RFC 9110 wants it.</summary>
public sealed class RangeServer(byte[] content)
{
    private int _open;

    /// <summary>Headers of each answer.</summary>
    public string[] Headers { get; init; } = [];

    /// <summary>The most requests that were served at one time.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>The range that is asked for; <see langword="null"/> where it is all.</summary>
    public static (long From, long? To)? GetRange(Exchange e)
    {
        if (e["Range"] is not string range)
        {
            return null;
        }
        string[] parts = range["bytes=".Length..].Split('-');
        return (long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1].Length == 0 ? null : long.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    public async Task ServeAsync(Exchange e)
    {
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _open));
        try
        {
            if (GetRange(e) is not (long from, var to))
            {
                await ServeWholeAsync(e);
                return;
            }
            long last = to ?? content.Length - 1;
            await e.RespondAsync(206, content.AsMemory((int)from, (int)(last - from + 1)), [$"Content-Range: bytes {from}-{last}/{content.Length}", .. Headers]);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    public Task ServeWholeAsync(Exchange e) => e.RespondAsync(200, content, Headers);
}
