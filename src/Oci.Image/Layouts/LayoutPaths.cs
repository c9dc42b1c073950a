namespace Oci.Image.Layouts;

/// <summary>Where things are in a layout. Only validated digests become pieces of a path.</summary>
internal sealed class LayoutPaths(string root)
{
    public const string BlobsName = "blobs";

    public const string IndexName = "index.json";

    public string Root { get; } = root;

    public string Header => Path.Combine(Root, LayoutHeader.FileName);

    public string Index => Path.Combine(Root, IndexName);

    public string Blobs => Path.Combine(Root, BlobsName);

    /// <summary>What is ours and no other tool's: the lock, and files being written. On the same file system, so that a rename is atomic.</summary>
    public string Private => Path.Combine(Root, ".oci-sdk");

    public string Lock => Path.Combine(Private, "lock");

    /// <summary>Held alone by who removes blobs, and shared by who puts one in place or marks it as in use.</summary>
    public string CollectLock => Path.Combine(Private, "collect");

    public string Staging => Path.Combine(Private, "staging");

    public string BlobDirectory(DigestAlgorithm algorithm) => Path.Combine(Blobs, DigestOf(algorithm));

    public string Blob(Digest digest) => Path.Combine(Root, BlobName(digest));

    public string NewStagingFile() => Path.Combine(Staging, Path.GetRandomFileName());

    /// <summary>The name of a blob in a layout, also in one that is in a tar.</summary>
    public static string BlobName(Digest digest) => digest.Algorithm == DigestAlgorithm.None
        ? throw new ArgumentException("The digest is empty.", nameof(digest))
        : $"blobs/{digest.AlgorithmName}/{digest.Hex}";

    private static string DigestOf(DigestAlgorithm algorithm) => algorithm switch
    {
        DigestAlgorithm.Sha256 => "sha256",
        DigestAlgorithm.Sha512 => "sha512",
        _ => throw new ArgumentException($"{algorithm} names no directory.", nameof(algorithm)),
    };
}
