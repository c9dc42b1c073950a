using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Oci.Image;

/// <summary>A time as a document writes it, kept to the letter: what it was read as is what is written again.</summary>
/// <remarks>
/// RFC 3339, section 5.6: any number of fraction digits, <c>t</c> and <c>z</c> in either case, leap seconds, offsets to 23:59.
/// As a value it has steps of 100 ns, and is the nearest there is for a time outside of the years 1 to 9999.
/// </remarks>
[JsonConverter(typeof(Rfc3339JsonConverter))]
internal readonly partial record struct Rfc3339Time
{
    private const int MaxLength = 64;

    private Rfc3339Time(string text, DateTimeOffset value)
    {
        Text = text;
        Value = value;
    }

    public string Text { get; }

    public DateTimeOffset Value { get; }

    /// <summary>In UTC with "Z", as all other tools write it, so that bytes can be compared.</summary>
    public static Rfc3339Time From(DateTimeOffset value) =>
        new(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture), value);

    public static bool TryParse(string text, out Rfc3339Time time)
    {
        time = default;
        if (text.Length > MaxLength || Pattern.Match(text) is not { Success: true } match)
        {
            return false;
        }
        int year = Number(match, 1);
        int month = Number(match, 2);
        int day = Number(match, 3);
        int second = Number(match, 6);
        int offsetHours = Number(match, 9);
        int offsetMinutes = Number(match, 10);
        if (month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year == 0 ? 4 : year, month) || Number(match, 4) > 23 || Number(match, 5) > 59
            || second > 60 || offsetHours > 23 || offsetMinutes > 59)
        {
            return false;
        }
        var offset = new TimeSpan(offsetHours, offsetMinutes, 0);
        offset = match.Groups[8].Value == "-" ? -offset : offset;
        // A leap second is the moment before the next minute.
        string fraction = second == 60 ? "9999999" : match.Groups[7].Value.PadRight(7, '0')[..7];
        TimeSpan ofDay = new TimeSpan(Number(match, 4), Number(match, 5), Math.Min(second, 59)) + new TimeSpan(int.Parse(fraction, CultureInfo.InvariantCulture));
        time = new Rfc3339Time(text, ToValue(year, month, day, ofDay, offset));
        return true;
    }

    public override string ToString() => Text;

    private static DateTimeOffset ToValue(int year, int month, int day, TimeSpan ofDay, TimeSpan offset)
    {
        if (year == 0)
        {
            return DateTimeOffset.MinValue;
        }
        long ticks = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks + ofDay.Ticks - offset.Ticks;
        var utc = new DateTimeOffset(Math.Clamp(ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), TimeSpan.Zero);
        bool isOffsetKept = offset.Duration() <= TimeSpan.FromHours(14) && ticks + offset.Ticks >= 0 && ticks + offset.Ticks <= DateTime.MaxValue.Ticks && utc.Ticks == ticks;
        return isOffsetKept ? utc.ToOffset(offset) : utc;
    }

    private static int Number(Match match, int group) => match.Groups[group].Success ? int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"\A([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))\z")]
    private static partial Regex Pattern { get; }
}
