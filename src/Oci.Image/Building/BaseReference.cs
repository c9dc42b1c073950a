namespace Oci.Image.Building;

/// <summary>What an image's annotations say of the image that it is based on.</summary>
/// <param name="Name">Its name (<see cref="AnnotationKeys.BaseName"/>), where a newer one may be had; <see langword="null"/> where it is not said.</param>
/// <param name="Digest">Its manifest or index at the time (<see cref="AnnotationKeys.BaseDigest"/>); <see langword="null"/> where it is not said.</param>
public sealed record BaseReference(string? Name, Digest? Digest);
