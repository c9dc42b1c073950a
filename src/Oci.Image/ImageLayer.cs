namespace Oci.Image;

/// <summary>A layer of an image, by all its names.</summary>
/// <param name="Descriptor">The blob as it is stored, compressed or not.</param>
/// <param name="DiffId">The digest of the uncompressed tar.</param>
/// <param name="ChainId">The digest that names this layer together with all below it.</param>
public sealed record ImageLayer(Descriptor Descriptor, Digest DiffId, Digest ChainId);
