using Oci.Image;
using OciTool.References;

namespace OciTool.Bundles;

/// <summary>What a bundle was unpacked from, kept in it for <c>oci repack</c>.</summary>
/// <param name="Version">The version of this record: 1.</param>
/// <param name="Reference">The image, as it was named, with the path made absolute.</param>
/// <param name="Manifest">The manifest of the image.</param>
/// <param name="Rootless">Whether owners were recorded, not set.</param>
internal sealed record UnpackRecord(int Version, string Reference, Descriptor Manifest, bool Rootless)
{
    public const int CurrentVersion = 1;

    public static UnpackRecord Of(ImageReference reference, Descriptor manifest, bool rootless) =>
        new(CurrentVersion, reference.WithFullPath().Text, manifest.ToPlain(), rootless);
}
