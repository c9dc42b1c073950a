using System.Globalization;
using System.Text;
using Oci.Image;
using Oci.Image.Layers;
using Oci.Image.Tar;

namespace Oci.Interop.Tests.Changes;

/// <summary>The entries of a layer as lines of text by name; what means nothing (a whiteout's mode, a hardlink's attributes) left out.</summary>
internal static class LayerListing
{
    public static async Task<SortedDictionary<string, string>> OfAsync(OciImage image, Index index)
    {
        ImageLayer layer = image.Layers[index];
        var lines = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await using var reader = new LayerReader(await image.Source.OpenAsync(layer.Descriptor), layer.Descriptor, layer.DiffId);
        while (await reader.Tar.ReadAsync())
        {
            TarEntry entry = reader.Tar.Entry;
            string name = entry.ToString().TrimStart('.').TrimStart('/').TrimEnd('/');
            lines.Add(entry.Name.StartsWith(".wh."u8) || entry.Name.IndexOf("/.wh."u8) >= 0 ? entry.ToString() : name, Describe(entry));
        }
        await reader.CompleteAsync();
        return lines;
    }

    private static string Describe(TarEntry entry)
    {
        if (entry.Name.StartsWith(".wh."u8) || entry.Name.IndexOf("/.wh."u8) >= 0)
        {
            return "whiteout";
        }
        if (entry.Type == TarEntryType.HardLink)
        {
            return $"hardlink {Encoding.UTF8.GetString(entry.LinkName)}";
        }
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"{entry.Type} {Convert.ToString(entry.Mode, 8)} {entry.Uid}:{entry.Gid} {entry.ModifiedTime.Seconds} {entry.Size}");
        line.Append(CultureInfo.InvariantCulture, $" {entry.DevMajor}:{entry.DevMinor} {Encoding.UTF8.GetString(entry.LinkName)}");
        foreach (TarXattr xattr in entry.Xattrs)
        {
            line.Append(CultureInfo.InvariantCulture, $" {Encoding.UTF8.GetString(xattr.Name)}={Convert.ToHexString(xattr.Value)}");
        }
        return line.ToString();
    }
}
