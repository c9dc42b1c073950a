namespace Oci.Image.Validation;

/// <summary>An image has content that is missing or is not what it should be.</summary>
public sealed class VerificationException : OciImageException
{
    private const int MaxListed = 10;

    /// <summary>Makes an exception that lists what was found; the first finding's cause is the inner exception.</summary>
    public VerificationException(Descriptor root, IReadOnlyList<ContentFinding> findings)
        : base(Describe(root, findings), findings.Count > 0 ? findings[0].Cause : null)
    {
        Root = root;
        Findings = findings;
    }

    /// <summary>What was verified.</summary>
    public Descriptor Root { get; }

    /// <summary>What is wrong, in the order it was found.</summary>
    public IReadOnlyList<ContentFinding> Findings { get; }

    private static string Describe(Descriptor root, IReadOnlyList<ContentFinding> findings)
    {
        IEnumerable<string> lines = findings.Take(MaxListed).Select(finding => $"\n  {finding}");
        string more = findings.Count > MaxListed ? $"\n  and {findings.Count - MaxListed} more" : "";
        return $"{root.Digest} does not verify; {findings.Count} {(findings.Count == 1 ? "thing is" : "things are")} wrong:{string.Concat(lines)}{more}";
    }
}
