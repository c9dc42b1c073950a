namespace Oci.Image.Layouts;

/// <summary>What a collection found.</summary>
/// <param name="All">All blobs.</param>
/// <param name="Garbage">Those to be removed, parents first.</param>
/// <param name="RemovedEntries">The entries to be taken out of <c>index.json</c>.</param>
/// <param name="Young">Those that only their age protects.</param>
internal sealed record LayoutCollectionPlan(
    IReadOnlyList<LayoutBlob> All,
    IReadOnlyList<LayoutBlob> Garbage,
    IReadOnlyList<Descriptor> RemovedEntries,
    IReadOnlyList<LayoutBlob> Young);
