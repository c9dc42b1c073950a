namespace Oci.Distribution.Artifacts;

/// <summary>What oras notes of a directory that is packed as an archive (oras-go, content/file).</summary>
internal static class OrasAnnotations
{
    /// <summary><c>true</c> where the blob is a tar archive, compressed with gzip, to be unpacked into a directory.</summary>
    public const string Unpack = "io.deis.oras.content.unpack";

    /// <summary>The digest of the archive before it was compressed.</summary>
    public const string Digest = "io.deis.oras.content.digest";
}
