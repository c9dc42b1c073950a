namespace Oci.Image;

/// <summary>A registered digest algorithm (image-spec, descriptor.md, "Registered algorithms").</summary>
public enum DigestAlgorithm
{
    /// <summary>No algorithm: that of <c>default(Digest)</c>.</summary>
    None,

    /// <summary>SHA-256, the one that everything understands.</summary>
    Sha256,

    /// <summary>SHA-512.</summary>
    Sha512,

    /// <summary>BLAKE3 with 256 bits: parsed and carried, not computed.</summary>
    Blake3,
}
