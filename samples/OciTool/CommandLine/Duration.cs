using System.Globalization;

namespace OciTool.CommandLine;

/// <summary>A length of time as people type it: <c>90s</c>, <c>10m</c>, <c>1h</c>, <c>7d</c>, <c>0</c>.</summary>
internal static class Duration
{
    /// <exception cref="FormatException">The text is none.</exception>
    public static TimeSpan Parse(string text)
    {
        int seconds = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 };
        string number = seconds == 0 ? text : text[..^1];
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && (seconds != 0 || count == 0)
            ? TimeSpan.FromSeconds((double)count * seconds)
            : throw new FormatException($"'{text}' is no time: write a number with s, m, h or d after it, such as 10m, or 0");
    }
}
