namespace Oci.Image.Layouts;

/// <summary>Where things are in a layout. Only validated digests become pieces of a path.</summary>
internal sealed class LayoutPaths(string root)
{
    public const string BlobsName = "blobs";

    public string Root { get; } = root;

    public string Header => Path.Combine(Root, LayoutHeader.FileName);

    public string Index => Path.Combine(Root, LayoutIndex.FileName);

    public string Blobs => Path.Combine(Root, BlobsName);

    /// <summary>What is ours and no other tool's: the lock, and files being written. On the same file system, so that a rename is atomic.</summary>
    public string Private => Path.Combine(Root, ".oci-sdk");

    public string Lock => Path.Combine(Private, "lock");

    public string Staging => Path.Combine(Private, "staging");

    public string BlobDirectory(DigestAlgorithm algorithm) => Path.Combine(Blobs, DigestOf(algorithm));

    public string Blob(Digest digest) => digest.Algorithm == DigestAlgorithm.None
        ? throw new ArgumentException("The digest is empty.", nameof(digest))
        : Path.Combine(Blobs, digest.AlgorithmName, digest.Hex.ToString());

    public string NewStagingFile() => Path.Combine(Staging, Path.GetRandomFileName());

    private static string DigestOf(DigestAlgorithm algorithm) => algorithm switch
    {
        DigestAlgorithm.Sha256 => "sha256",
        DigestAlgorithm.Sha512 => "sha512",
        _ => throw new ArgumentException($"{algorithm} names no directory.", nameof(algorithm)),
    };
}
