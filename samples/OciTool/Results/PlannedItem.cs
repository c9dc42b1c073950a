using Oci.Distribution.Copying;

namespace OciTool.Results;

/// <summary>A blob or manifest of a copy that is planned.</summary>
/// <param name="Action"><c>copy</c>, <c>mount</c> or <c>skip</c>.</param>
/// <param name="Kind"><c>blob</c> or <c>manifest</c>.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="From">The repository that it would be mounted from.</param>
internal sealed record PlannedItem(string Action, string Kind, string Digest, string MediaType, long Size, string? From)
{
    public static PlannedItem Of(CopyItem item) => new(
        item.Action.ToString().ToLowerInvariant(),
        item.IsManifest ? "manifest" : "blob",
        item.Descriptor.Digest.ToString(),
        item.Descriptor.MediaType.ToString(),
        item.Descriptor.Size,
        item.MountFrom);
}
