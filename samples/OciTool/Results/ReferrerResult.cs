using Oci.Distribution.Artifacts;

namespace OciTool.Results;

/// <summary>A manifest that refers to another.</summary>
/// <param name="Digest">Its digest.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="ArtifactType">What it is.</param>
/// <param name="Size">The size of the manifest in bytes.</param>
/// <param name="Annotations">Its annotations.</param>
/// <param name="Referrers">What refers to it in its turn.</param>
internal sealed record ReferrerResult(string Digest, string MediaType, string? ArtifactType, long Size, IReadOnlyDictionary<string, string>? Annotations, IReadOnlyList<ReferrerResult>? Referrers)
{
    public static IReadOnlyList<ReferrerResult> Of(IReadOnlyList<ReferrerNode> nodes) => [.. nodes.Select(node => new ReferrerResult(
        node.Descriptor.Digest.ToString(),
        node.Descriptor.MediaType.ToString(),
        node.Descriptor.ArtifactType,
        node.Descriptor.Size,
        node.Descriptor.Annotations,
        node.Referrers.Count == 0 ? null : Of(node.Referrers)))];
}
