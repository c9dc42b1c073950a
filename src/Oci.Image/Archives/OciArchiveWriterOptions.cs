namespace Oci.Image.Archives;

/// <summary>Places for writing an OCI archive.</summary>
public sealed class OciArchiveWriterOptions
{
    /// <summary>Where a blob waits whose size is not known before it ends, in a file that is gone with the process; the system's by default.</summary>
    public string TemporaryDirectory { get; set; } = Path.GetTempPath();

    internal OciArchiveWriterOptions Copy() => (OciArchiveWriterOptions)MemberwiseClone();
}
