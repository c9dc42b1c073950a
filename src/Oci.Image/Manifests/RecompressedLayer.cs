namespace Oci.Image.Manifests;

/// <summary>A layer that was compressed anew.</summary>
/// <param name="Before">The layer as it was.</param>
/// <param name="After">The layer as it is in the converted image. The DiffID is the same.</param>
public sealed record RecompressedLayer(Descriptor Before, Descriptor After);
