using Oci.Image.Configuration;

namespace Oci.Image.Building;

/// <summary>A layer of an image that is being built, and how it came about.</summary>
/// <param name="Descriptor">The layer's blob.</param>
/// <param name="DiffId">The digest of the uncompressed tar.</param>
/// <param name="History">How it came about; empty where the image does not say.</param>
public sealed record LayerStep(Descriptor Descriptor, Digest DiffId, History History);
