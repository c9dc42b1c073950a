using Oci.Image;

namespace OciTool.Results;

/// <summary>A manifest that an index lists.</summary>
internal sealed record ManifestResult(string Digest, long Size, string MediaType, string? Platform, string? ArtifactType, IReadOnlyDictionary<string, string>? Annotations)
{
    public static ManifestResult Of(Descriptor entry) =>
        new(entry.Digest.ToString(), entry.Size, entry.MediaType.ToString(), entry.Platform?.ToString(), entry.ArtifactType, entry.Annotations);

    public override string ToString() => $"{Digest}  {Platform ?? ArtifactType ?? MediaType}";
}
