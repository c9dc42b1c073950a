using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.AspNetCore.Manifests;

/// <summary>A manifest as it was pushed, byte for byte.</summary>
internal sealed record StoredManifest(Digest Digest, string MediaType, byte[] Content)
{
    /// <summary>Reads it again, by the rules that it was taken by.</summary>
    public ManifestDocument Parse() => ManifestDocument.Parse(Image.MediaType.Parse(MediaType), Content);

    /// <summary>True where finding or parsing failed since the store was changed from outside.</summary>
    public static bool IsDamage(Exception e) => e is InvalidDocumentException or InvalidDataException or FormatException;
}
