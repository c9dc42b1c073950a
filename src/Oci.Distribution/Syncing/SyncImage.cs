using Oci.Image;

namespace Oci.Distribution.Syncing;

/// <summary>One image of a sync.</summary>
/// <param name="Repository">The name of its repository, as the source has it.</param>
/// <param name="Source">Where it is read.</param>
/// <param name="Destination">Where it goes.</param>
/// <param name="Reference">A tag or digest.</param>
internal sealed record SyncImage(string Repository, IContentSource Source, IContentStore Destination, string Reference)
{
    /// <summary>The tag to set; none for a digest.</summary>
    public string? Tag => Digest.TryParse(Reference, out _) ? null : Reference;
}
