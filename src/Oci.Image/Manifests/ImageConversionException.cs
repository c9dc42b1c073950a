namespace Oci.Image.Manifests;

/// <summary>An image has something that the format it is to be converted to has no place for.</summary>
public sealed class ImageConversionException : OciImageException
{
    /// <summary>Makes an exception that says what stands in the way, where, and what to do next.</summary>
    /// <param name="document">The manifest or index that has it.</param>
    /// <param name="jsonPath">Where it stands in the document.</param>
    /// <param name="message">What stands in the way, and what to do next.</param>
    public ImageConversionException(Descriptor document, string jsonPath, string message)
        : base($"{document?.Digest} at {jsonPath}: {message}")
    {
        ArgumentNullException.ThrowIfNull(document);
        Document = document;
        JsonPath = jsonPath;
    }

    /// <summary>The manifest or index.</summary>
    public Descriptor Document { get; }

    /// <summary>Where it stands, such as <c>$.layers[2].mediaType</c>.</summary>
    public string JsonPath { get; }
}
