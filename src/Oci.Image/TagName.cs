using System.Text.RegularExpressions;

namespace Oci.Image;

/// <summary>What may be a tag.</summary>
internal static partial class TagName
{
    /// <summary>No spec bounds a ref name; a full image name with host, path and tag fits.</summary>
    public const int MaxLength = 512;

    /// <summary>Refuses what is neither a registry's tag nor a ref name of a layout.</summary>
    public static void Check(string tag)
    {
        ArgumentNullException.ThrowIfNull(tag);
        if (tag.Length is 0 or > MaxLength || !(Tag.IsMatch(tag) || RefName.IsMatch(tag)))
        {
            throw new FormatException($"'{(tag.Length <= 100 ? tag : tag[..100])}' is not a tag: it must be letters, digits, '_', '.' and '-', at most 128 and not '.' or '-' first, or a ref name of image-spec (annotations.md).");
        }
    }

    /// <summary>Whether the text is a ref name of a layout.</summary>
    public static bool IsRefName(string text) => text.Length is > 0 and <= MaxLength && RefName.IsMatch(text);

    // distribution-spec 1.1.1, "Pulling manifests": <reference> as a tag.
    [GeneratedRegex(@"\A[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}\z")]
    private static partial Regex Tag { get; }

    // image-spec 1.1.1, annotations.md: the grammar of org.opencontainers.image.ref.name.
    [GeneratedRegex(@"\A[A-Za-z0-9]+(?:(?:[-._:@+]|--)[A-Za-z0-9]+)*(?:/[A-Za-z0-9]+(?:(?:[-._:@+]|--)[A-Za-z0-9]+)*)*\z")]
    private static partial Regex RefName { get; }
}
