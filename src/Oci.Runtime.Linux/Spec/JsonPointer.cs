namespace Oci.Runtime.Linux.Spec;

/// <summary>Builds JSON pointers (RFC 6901).</summary>
internal static class JsonPointer
{
    /// <summary>The pointer of a member of what <paramref name="parent"/> points to.</summary>
    public static string Member(string parent, string name) =>
        $"{parent}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    /// <summary>The pointer of an item of what <paramref name="parent"/> points to.</summary>
    public static string Item(string parent, int index) => $"{parent}/{index}";
}
