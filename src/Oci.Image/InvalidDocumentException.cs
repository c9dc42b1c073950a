namespace Oci.Image;

/// <summary>A manifest, index, config or layout file that is not what its spec says.</summary>
public sealed class InvalidDocumentException : OciImageException
{
    /// <summary>Makes an exception that says which document is wrong, where, and how.</summary>
    /// <param name="document">What was read: <c>image manifest</c>, <c>index.json</c>.</param>
    /// <param name="jsonPath">The member, such as <c>$.layers[0].digest</c>; <c>$</c> for the whole.</param>
    /// <param name="problem">What is wrong there.</param>
    /// <param name="innerException">What the JSON reader said.</param>
    public InvalidDocumentException(string document, string jsonPath, string problem, Exception? innerException = null)
        : base($"The {document} is not valid at {jsonPath}: {problem}", innerException)
    {
        Document = document;
        JsonPath = jsonPath;
    }

    /// <summary>What was read: <c>image manifest</c>, <c>index.json</c>.</summary>
    public string Document { get; }

    /// <summary>The member that is wrong, such as <c>$.layers[0].digest</c>.</summary>
    public string JsonPath { get; }
}
