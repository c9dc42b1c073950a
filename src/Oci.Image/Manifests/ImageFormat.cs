namespace Oci.Image.Manifests;

/// <summary>The two families of media types that images are written in.</summary>
public enum ImageFormat
{
    /// <summary>OCI's, of image-spec.</summary>
    Oci,

    /// <summary>Docker's schema2: manifests and manifest lists.</summary>
    Docker,
}
