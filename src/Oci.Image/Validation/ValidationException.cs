namespace Oci.Image.Validation;

/// <summary>An image or a layout has content that is missing or is not what it should be.</summary>
public sealed class ValidationException : OciImageException
{
    private const int MaxListed = 10;

    /// <summary>Makes an exception that lists the errors of a report; the first one's cause is the inner exception.</summary>
    public ValidationException(ValidationReport report)
        : base(Describe(report), Errors(report).FirstOrDefault()?.Cause)
    {
        Report = report;
    }

    /// <summary>What was read and found.</summary>
    public ValidationReport Report { get; }

    private static IEnumerable<ValidationFinding> Errors(ValidationReport report) =>
        report.Findings.Where(finding => finding.Severity == ValidationSeverity.Error);

    private static string Describe(ValidationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        IEnumerable<string> lines = Errors(report).Take(MaxListed).Select(finding => $"\n  {finding}");
        string more = report.ErrorCount > MaxListed ? $"\n  and {report.ErrorCount - MaxListed} more" : "";
        return $"{report.Target} is not valid; {report.ErrorCount} {(report.ErrorCount == 1 ? "thing is" : "things are")} wrong:{string.Concat(lines)}{more}";
    }
}
