using System.Text;
using Oci.Distribution.Artifacts;
using Oci.Image;
using OciTool.References;

namespace OciTool.Results;

/// <summary>An artifact that was pushed or attached.</summary>
/// <param name="Reference">Where it is, or what it is attached to.</param>
/// <param name="Digest">The digest of its manifest.</param>
/// <param name="MediaType">The type of its manifest.</param>
/// <param name="ArtifactType">What it is.</param>
/// <param name="Subject">The digest of what it is attached to, where it is.</param>
/// <param name="Files">The titles of its files.</param>
internal sealed record PushedResult(string Reference, string Digest, string MediaType, string? ArtifactType, string? Subject, IReadOnlyList<string> Files) : IResult
{
    public static PushedResult Of(ImageReference reference, Descriptor artifact, IReadOnlyList<ArtifactFile> files, Descriptor? subject) =>
        new(reference.Text, artifact.Digest.ToString(), artifact.MediaType.ToString(), artifact.ArtifactType, subject?.Digest.ToString(), [.. files.Select(file => file.Title)]);

    public void WriteTo(StringBuilder text) =>
        text.Append(Subject is null ? $"{Reference} is {Digest}\n" : $"{Digest} is attached to {Reference}\n");
}
