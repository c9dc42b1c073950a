namespace Oci.Image.Building;

/// <summary>Annotations in the order of their keys, so that the same ones give the same bytes.</summary>
internal static class SortedAnnotations
{
    /// <summary>A copy that can be changed.</summary>
    public static SortedDictionary<string, string> Copy(IEnumerable<KeyValuePair<string, string>>? annotations)
    {
        var copy = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, string value) in annotations ?? [])
        {
            copy.Add(key, value);
        }
        return copy;
    }

    /// <summary>What goes into a document; null where there are none.</summary>
    public static SortedDictionary<string, string>? ToMember(IDictionary<string, string> annotations) =>
        annotations.Count == 0 ? null : Copy(annotations);
}
