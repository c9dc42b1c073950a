namespace Oci.Image.Validation;

/// <summary>What a validation read and found.</summary>
public sealed record ValidationReport
{
    /// <summary>What was validated: a digest, or the path of a layout.</summary>
    public required string Target { get; init; }

    /// <summary>What is wrong or worth knowing, in the order it was found, up to <see cref="ValidationOptions.MaxFindings"/>.</summary>
    public required IReadOnlyList<ValidationFinding> Findings { get; init; }

    /// <summary>How many errors there are, with those that are over the limit of <see cref="Findings"/>.</summary>
    public required int ErrorCount { get; init; }

    /// <summary>How many warnings there are, with those that are over the limit of <see cref="Findings"/>.</summary>
    public required int WarningCount { get; init; }

    /// <summary>How many pieces of content were read and are what their descriptors say. What two images share counts once, but for a config.</summary>
    public required int VerifiedCount { get; init; }

    /// <summary>How many bytes those have, as stored.</summary>
    public required long VerifiedBytes { get; init; }

    /// <summary>True where there is no error. Warnings may be there.</summary>
    public bool IsValid => ErrorCount == 0;

    /// <summary>Throws where there is an error.</summary>
    /// <returns>This report.</returns>
    /// <exception cref="ValidationException">There are errors.</exception>
    public ValidationReport EnsureValid() => IsValid ? this : throw new ValidationException(this);
}
