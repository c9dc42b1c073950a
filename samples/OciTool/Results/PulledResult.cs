using System.Text;
using Oci.Distribution.Artifacts;
using Oci.Image;
using OciTool.References;

namespace OciTool.Results;

/// <summary>The files of an artifact that were written.</summary>
/// <param name="Reference">Where the artifact is.</param>
/// <param name="Digest">The digest of its manifest.</param>
/// <param name="Directory">Where the files are.</param>
/// <param name="Files">Their names.</param>
/// <param name="Bytes">The bytes that were fetched.</param>
/// <param name="Untitled">How many blobs have no name.</param>
internal sealed record PulledResult(string Reference, string Digest, string Directory, IReadOnlyList<string> Files, long Bytes, int Untitled) : IResult
{
    public static PulledResult Of(ImageReference reference, string directory, UnpackedArtifact unpacked) => new(
        reference.Text,
        unpacked.Manifest.Digest.ToString(),
        directory,
        [.. unpacked.Files.Select(file => file.Annotations![AnnotationKeys.Title])],
        unpacked.Files.Sum(file => file.Size),
        unpacked.Untitled.Count);

    public void WriteTo(StringBuilder text)
    {
        foreach (string file in Files)
        {
            text.Append(TextExtensions.Printable(Path.Combine(Directory, file))).Append('\n');
        }
    }
}
