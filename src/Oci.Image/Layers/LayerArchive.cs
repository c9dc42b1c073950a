using Oci.Image.Compression;

namespace Oci.Image.Layers;

/// <summary>What is known of a layer's archive once all of it was read.</summary>
/// <param name="DiffId">The digest of the uncompressed archive.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Compression">How the blob that it came in is compressed.</param>
internal sealed record LayerArchive(Digest DiffId, long Size, CompressionAlgorithm Compression);
