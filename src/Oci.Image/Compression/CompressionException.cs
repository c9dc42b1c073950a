namespace Oci.Image.Compression;

/// <summary>Compressed content is damaged, or compressed in a way that cannot be read or written here.</summary>
public sealed class CompressionException : OciImageException
{
    /// <summary>Makes an exception with a message that says what failed and what to do next.</summary>
    public CompressionException(string message, CompressionAlgorithm algorithm, Exception? innerException = null)
        : base(message, innerException)
    {
        Algorithm = algorithm;
    }

    /// <summary>The compression that it is about.</summary>
    public CompressionAlgorithm Algorithm { get; }
}
