using System.Globalization;

namespace Oci.Image;

/// <summary>References such as <c>@0</c>, which name an image by its place in an archive or layout (containers-transports(5)).</summary>
internal static class PlaceReference
{
    /// <summary>Reads <c>@</c> and a number. No tag looks like this.</summary>
    public static bool TryParse(string reference, out int place)
    {
        place = 0;
        return reference.StartsWith('@') && int.TryParse(reference.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out place);
    }
}
