namespace Oci.Image.RootFilesystems;

/// <summary>A layer to be unpacked: what it is, and how its blob is opened.</summary>
public sealed class UnpackLayer
{
    /// <summary>The layer's descriptor: media type, size and digest of its blob.</summary>
    public required Descriptor Descriptor { get; init; }

    /// <summary>The digest of the uncompressed layer, from the image's config.</summary>
    public required Digest DiffId { get; init; }

    /// <summary>Opens the blob. The stream is disposed by the unpack, and checked against the descriptor there.</summary>
    public required Func<CancellationToken, Task<Stream>> OpenAsync { get; init; }
}
