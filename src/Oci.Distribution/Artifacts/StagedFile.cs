using System.Globalization;
using Oci.Image;

namespace Oci.Distribution.Artifacts;

/// <summary>A blob that is written: under a number first, then under its title.</summary>
internal sealed record StagedFile(Descriptor Blob, string Name, ArtifactTitle Title, bool IsArchive, Digest? ArchiveDigest)
{
    /// <exception cref="ArtifactException">The title cannot be a path.</exception>
    public static StagedFile Create(Descriptor blob, int number, string title, UnpackArtifactOptions options)
    {
        try
        {
            bool isArchive = !options.KeepArchives && blob.Annotations?.GetValueOrDefault(OrasAnnotations.Unpack) == "true";
            string? told = isArchive ? blob.Annotations?.GetValueOrDefault(OrasAnnotations.Digest) : null;
            Digest? archive = told is not null && Digest.TryParse(told, out Digest digest) && digest.IsComputable ? digest : null;
            return new StagedFile(blob, number.ToString(CultureInfo.InvariantCulture), ArtifactTitle.Parse(title), isArchive, archive);
        }
        catch (FormatException e)
        {
            throw new ArtifactException($"The blob {blob.Digest} cannot be written: {e.Message}", title, e);
        }
    }
}
