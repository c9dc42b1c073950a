namespace Oci.Image;

/// <summary>Content that was asked for is not there.</summary>
public sealed class ContentNotFoundException : OciImageException
{
    /// <summary>Makes an exception that names the content and where it was looked for.</summary>
    /// <param name="name">The digest or tag; empty where the only image of a store was asked for.</param>
    /// <param name="place">The store, such as the path of a layout or the name of a repository.</param>
    /// <param name="innerException">The failure that told so.</param>
    public ContentNotFoundException(string name, string place, Exception? innerException = null)
        : base(name.Length == 0 ? $"{place} has no image." : $"{place} has no '{name}'.", innerException)
    {
        Name = name;
        Place = place;
    }

    /// <summary>The digest or tag that was asked for; empty where it was the only image of a store.</summary>
    public string Name { get; }

    /// <summary>Where it was looked for.</summary>
    public string Place { get; }
}
