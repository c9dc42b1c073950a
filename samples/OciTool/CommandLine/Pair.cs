namespace OciTool.CommandLine;

/// <summary>A name and a value as people type them: <c>NAME=VALUE</c>.</summary>
internal static class Pair
{
    /// <exception cref="FormatException">The text is none.</exception>
    public static KeyValuePair<string, string> Parse(string text)
    {
        int sign = text.IndexOf('=');
        return sign > 0 ? new(text[..sign], text[(sign + 1)..]) : throw new FormatException($"'{text}' is not of the form NAME=VALUE");
    }
}
