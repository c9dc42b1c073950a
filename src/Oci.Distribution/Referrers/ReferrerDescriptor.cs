using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.Referrers;

/// <summary>What a list of referrers says of a manifest (distribution-spec, "Listing Referrers").</summary>
internal static class ReferrerDescriptor
{
    /// <summary>The subject of a manifest or index, and its descriptor with artifact type and annotations; <see langword="null"/> where it has no subject.</summary>
    public static (Digest Subject, Descriptor Referrer)? Create(Descriptor pushed, ReadOnlySpan<byte> content)
    {
        if (MediaTypes.IsIndex(pushed.MediaType))
        {
            // Most indexes have no subject, and the bytes then need not be read as JSON.
            return content.IndexOf("\"subject\""u8) < 0 || ImageIndex.Parse(content) is not { Subject: Descriptor subject } index
                ? null
                : (subject.Digest, pushed with { ArtifactType = index.ArtifactType, Annotations = index.Annotations });
        }
        if (!MediaTypes.IsManifest(pushed.MediaType) || content.IndexOf("\"subject\""u8) < 0)
        {
            return null;
        }
        ImageManifest manifest = ImageManifest.Parse(content);
        // The type of the config stands in where the manifest names no type of its own, or an empty one.
        return manifest.Subject is null
            ? null
            : (manifest.Subject.Digest, pushed with { ArtifactType = string.IsNullOrEmpty(manifest.ArtifactType) ? manifest.Config.MediaType.ToString() : manifest.ArtifactType, Annotations = manifest.Annotations });
    }
}
