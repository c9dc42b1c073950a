namespace Oci.Image.Layouts;

/// <summary>What a garbage collection of a layout removed, or would remove.</summary>
public sealed record LayoutCollection
{
    /// <summary>True where nothing was changed.</summary>
    public required bool IsDryRun { get; init; }

    /// <summary>The blobs that nothing points to, in the order of their removal: indexes, manifests, then all else.</summary>
    public required IReadOnlyList<LayoutBlob> Removed { get; init; }

    /// <summary>The entries of <c>index.json</c> for referrers whose subject is among <see cref="Removed"/>.</summary>
    public required IReadOnlyList<Descriptor> RemovedEntries { get; init; }

    /// <summary>The blobs that nothing points to, and that are kept with what they point to since they are too young: see <see cref="LayoutCollectOptions.GracePeriod"/>.</summary>
    public required IReadOnlyList<LayoutBlob> Young { get; init; }

    /// <summary>How many blobs are kept, the young ones included.</summary>
    public required int KeptCount { get; init; }

    /// <summary>The bytes of the blobs that are kept.</summary>
    public required long KeptBytes { get; init; }

    /// <summary>How many unfinished files of writers that were killed are among what was removed.</summary>
    public required int LeftoverCount { get; init; }

    /// <summary>The bytes of those unfinished files.</summary>
    public required long LeftoverBytes { get; init; }

    /// <summary>The bytes of all that was removed.</summary>
    public long RemovedBytes => Removed.Sum(blob => blob.Size) + LeftoverBytes;
}
