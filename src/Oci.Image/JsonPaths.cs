using System.Globalization;

namespace Oci.Image;

/// <summary>Paths into a JSON document, as the serializer writes them: <c>$.layers[0].digest</c>, <c>$['os.features']</c>.</summary>
internal static class JsonPaths
{
    private const int MaxNameLength = 100;

    public static string Member(string parent, string name)
    {
        string shown = name.Length <= MaxNameLength ? name : name[..MaxNameLength] + "...";
        return shown.Length > 0 && shown.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            ? $"{parent}.{shown}"
            : $"{parent}['{shown.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}']";
    }

    public static string Item(string parent, int index) => string.Create(CultureInfo.InvariantCulture, $"{parent}[{index}]");
}
