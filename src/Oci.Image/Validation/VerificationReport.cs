namespace Oci.Image.Validation;

/// <summary>What <see cref="ContentVerifier"/> read and found.</summary>
public sealed record VerificationReport
{
    /// <summary>What was verified, with all that it points to.</summary>
    public required Descriptor Root { get; init; }

    /// <summary>What is wrong, in the order it was found; empty where all is as it should be.</summary>
    public required IReadOnlyList<ContentFinding> Findings { get; init; }

    /// <summary>How many pieces of content were read and are good. What two images share counts once, but for a config.</summary>
    public required int VerifiedCount { get; init; }

    /// <summary>How many bytes those have, as stored.</summary>
    public required long VerifiedBytes { get; init; }

    /// <summary>True where nothing is wrong.</summary>
    public bool IsValid => Findings.Count == 0;

    /// <summary>Throws where something is wrong.</summary>
    /// <returns>This report.</returns>
    /// <exception cref="VerificationException">There are findings.</exception>
    public VerificationReport EnsureValid() => IsValid ? this : throw new VerificationException(Root, Findings);
}
