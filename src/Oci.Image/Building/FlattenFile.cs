namespace Oci.Image.Building;

/// <summary>A file, link or device whose entry goes into the flattened layer.</summary>
internal sealed class FlattenFile(EntryPlace place)
{
    private List<EntryPlace>? _links;

    /// <summary>Its first name.</summary>
    public EntryPlace Place => place;

    /// <summary>Its other names, which become hardlinks to the first.</summary>
    public IReadOnlyList<EntryPlace> Links => _links ?? [];

    public void AddLink(EntryPlace link) => (_links ??= []).Add(link);
}
