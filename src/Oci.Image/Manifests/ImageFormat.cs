namespace Oci.Image.Manifests;

/// <summary>Which of the two families of media types an image or index is of. Their documents are alike, and are not to be mixed.</summary>
public enum ImageFormat
{
    /// <summary>image-spec's.</summary>
    Oci,

    /// <summary>Docker's schema2.</summary>
    Docker,
}
