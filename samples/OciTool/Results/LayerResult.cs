using Oci.Image;
using OciTool.Output;

namespace OciTool.Results;

/// <summary>A layer of an image, or a blob of an artifact.</summary>
internal sealed record LayerResult(string Digest, long Size, string MediaType, string? DiffId, string? CreatedBy, IReadOnlyDictionary<string, string>? Annotations)
{
    private const int LongestStep = 60;

    public static LayerResult Of(Descriptor blob, Digest? diffId = null, string? createdBy = null) =>
        new(blob.Digest.ToString(), blob.Size, blob.MediaType.ToString(), diffId?.ToString(), createdBy, blob.Annotations);

    public override string ToString()
    {
        string about = CreatedBy ?? Annotations?.GetValueOrDefault(AnnotationKeys.Title) ?? "";
        return $"{Digest}  {ByteCount.Format(Size),9}  {(about.Length > LongestStep ? $"{about[..(LongestStep - 3)]}..." : about)}".TrimEnd();
    }
}
