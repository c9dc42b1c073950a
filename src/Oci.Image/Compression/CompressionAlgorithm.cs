namespace Oci.Image.Compression;

/// <summary>How a layer's tar archive is compressed.</summary>
public enum CompressionAlgorithm
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>gzip (RFC 1952), which everything reads.</summary>
    Gzip,

    /// <summary>Zstandard (RFC 8878).</summary>
    Zstd,

    /// <summary>bzip2: recognised, so that an error can name it, but no compression of OCI layers.</summary>
    Bzip2,

    /// <summary>xz: recognised, so that an error can name it, but no compression of OCI layers.</summary>
    Xz,
}
