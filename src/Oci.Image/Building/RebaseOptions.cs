namespace Oci.Image.Building;

/// <summary>What an image that is rebased says of its new base.</summary>
public sealed class RebaseOptions
{
    /// <summary>The name of the new base, for the annotation <see cref="AnnotationKeys.BaseName"/>; by default that which the image has stays.</summary>
    public string? BaseName { get; set; }

    /// <summary>The digest that the name stood for, for the annotation <see cref="AnnotationKeys.BaseDigest"/>: that of an index, where the new base comes out of one. Default the new base's manifest.</summary>
    public Digest? BaseDigest { get; set; }
}
