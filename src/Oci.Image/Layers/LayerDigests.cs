using Oci.Image.Compression;

namespace Oci.Image.Layers;

/// <summary>A layer's two names: that of its blob, and that of the tar archive in it.</summary>
public sealed record LayerDigests
{
    /// <summary>The blob's media type, digest and size, for the manifest.</summary>
    public required Descriptor Descriptor { get; init; }

    /// <summary>The digest of the uncompressed tar archive, for <c>rootfs.diff_ids</c> of the config.</summary>
    public required Digest DiffId { get; init; }

    /// <summary>The size of the uncompressed tar archive in bytes.</summary>
    public required long UncompressedSize { get; init; }

    /// <summary>How the blob is compressed.</summary>
    public required CompressionAlgorithm Compression { get; init; }
}
