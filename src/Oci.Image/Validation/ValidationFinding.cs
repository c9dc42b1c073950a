namespace Oci.Image.Validation;

/// <summary>A rule that does not hold, and where.</summary>
public sealed record ValidationFinding
{
    /// <summary>The rule.</summary>
    public required ValidationRule Rule { get; init; }

    /// <summary>The member that is meant, such as <c>$.layers[0].digest</c>; <c>$</c> for a whole document, and for what is no document.</summary>
    public required string JsonPath { get; init; }

    /// <summary>What is wrong there.</summary>
    public required string Message { get; init; }

    /// <summary>The content that is meant; <see langword="null"/> for a document that was given by its bytes, and for files of a layout that are no blobs.</summary>
    public Descriptor? Content { get; init; }

    /// <summary>What reading the content gave, where that is how it was found out.</summary>
    public Exception? Cause { get; init; }

    /// <summary>How bad it is.</summary>
    public ValidationSeverity Severity => Rule.Severity;

    /// <summary>Severity, rule, place and message, in one line.</summary>
    public override string ToString()
    {
        string content = Content is null ? "" : $"{Content.MediaType} {Content.Digest} ";
        string path = JsonPath == "$" ? "" : $"{JsonPath} ";
        return $"{Severity.ToString().ToLowerInvariant()} {Rule.Id}: {content}{path}{Message}";
    }
}
