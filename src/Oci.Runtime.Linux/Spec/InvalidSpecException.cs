namespace Oci.Runtime.Linux.Spec;

/// <summary>A spec document that is not what the runtime-spec says; nothing has been done with it.</summary>
public sealed class InvalidSpecException : ContainerException
{
    /// <summary>Makes an exception of what was found.</summary>
    /// <param name="document">What was read, such as <c>config.json</c>.</param>
    /// <param name="findings">All that is wrong, at least one.</param>
    /// <param name="innerException">What the JSON reader said, if that.</param>
    public InvalidSpecException(string document, IReadOnlyList<SpecFinding> findings, Exception? innerException = null)
        : base(Describe(document, findings), new ContainerFailure { Step = $"reading {document}", SpecPointer = findings[0].Pointer, Hint = findings[0].Hint }, innerException)
    {
        Document = document;
        Findings = findings;
    }

    /// <summary>What was read, such as <c>config.json</c>.</summary>
    public string Document { get; }

    /// <summary>All that is wrong, in the order of the document's members.</summary>
    public IReadOnlyList<SpecFinding> Findings { get; }

    private static string Describe(string document, IReadOnlyList<SpecFinding> findings)
    {
        ArgumentOutOfRangeException.ThrowIfZero(findings.Count, nameof(findings));
        string rest = findings.Count == 1 ? "" : $" (and {findings.Count - 1} more, see Findings)";
        return $"{document} is not valid at {findings[0]}{rest}";
    }
}
