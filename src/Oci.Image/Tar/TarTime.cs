using System.Globalization;

namespace Oci.Image.Tar;

/// <summary>A time as files have it: seconds since 1970-01-01T00:00:00Z, and nanoseconds.</summary>
/// <remarks>Half a second before 1970 is <c>(-1, 500_000_000)</c>, as in <c>struct timespec</c>.</remarks>
public readonly record struct TarTime : IComparable<TarTime>
{
    /// <summary>Makes a time.</summary>
    /// <param name="seconds">Seconds since 1970-01-01T00:00:00Z; negative before.</param>
    /// <param name="nanoseconds">Nanoseconds after <paramref name="seconds"/>, 0 to 999,999,999.</param>
    /// <exception cref="ArgumentOutOfRangeException">The nanoseconds are not of that range.</exception>
    public TarTime(long seconds, int nanoseconds = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nanoseconds);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nanoseconds, 999_999_999);
        Seconds = seconds;
        Nanoseconds = nanoseconds;
    }

    /// <summary>Whole seconds since 1970-01-01T00:00:00Z, rounded down.</summary>
    public long Seconds { get; }

    /// <summary>Nanoseconds after <see cref="Seconds"/>, 0 to 999,999,999.</summary>
    public int Nanoseconds { get; }

    /// <summary>The same instant; parts of it below 100 ns are kept as zero.</summary>
    public static TarTime FromDateTimeOffset(DateTimeOffset value)
    {
        long ticks = value.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        (long seconds, long rest) = Math.DivRem(ticks, TimeSpan.TicksPerSecond);
        return rest < 0
            ? new TarTime(seconds - 1, (int)(rest + TimeSpan.TicksPerSecond) * 100)
            : new TarTime(seconds, (int)rest * 100);
    }

    /// <inheritdoc/>
    public int CompareTo(TarTime other)
    {
        int seconds = Seconds.CompareTo(other.Seconds);
        return seconds != 0 ? seconds : Nanoseconds.CompareTo(other.Nanoseconds);
    }

    /// <summary>Seconds with their fraction, such as <c>-0.5</c>: the form of a PAX record.</summary>
    public override string ToString()
    {
        if (Nanoseconds == 0)
        {
            return Seconds.ToString(CultureInfo.InvariantCulture);
        }
        bool negative = Seconds < 0;
        Int128 total = (Int128)Seconds * 1_000_000_000 + Nanoseconds;
        (Int128 whole, Int128 fraction) = Int128.DivRem(negative ? -total : total, 1_000_000_000);
        string digits = ((int)fraction).ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        return string.Create(CultureInfo.InvariantCulture, $"{(negative ? "-" : "")}{whole}.{digits}");
    }

    /// <summary>Reads the form of a PAX record; digits below a nanosecond are dropped (rounded down).</summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out TarTime time)
    {
        time = default;
        bool negative = text is [(byte)'-', ..];
        ReadOnlySpan<byte> digits = negative ? text[1..] : text;
        int dot = digits.IndexOf((byte)'.');
        ReadOnlySpan<byte> whole = dot < 0 ? digits : digits[..dot];
        ReadOnlySpan<byte> fraction = dot < 0 ? default : digits[(dot + 1)..];
        if (!TarNumber.TryParseDecimal(whole, out long seconds) || fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }
        int nanoseconds = 0;
        for (int i = 0; i < 9; i++)
        {
            nanoseconds = nanoseconds * 10 + (i < fraction.Length ? fraction[i] - '0' : 0);
        }
        bool roundDown = negative && fraction.Length > 9 && fraction[9..].ContainsAnyExcept((byte)'0');
        if (roundDown && ++nanoseconds == 1_000_000_000)
        {
            nanoseconds = 0;
            seconds++;
        }
        time = !negative ? new TarTime(seconds, nanoseconds)
            : nanoseconds == 0 ? new TarTime(-seconds)
            : new TarTime(-seconds - 1, 1_000_000_000 - nanoseconds);
        return true;
    }
}
