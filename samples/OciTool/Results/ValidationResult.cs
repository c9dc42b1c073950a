using System.Text;
using Oci.Image.Validation;
using OciTool.Output;

namespace OciTool.Results;

/// <summary>What a validation found.</summary>
/// <param name="Reference">What was validated.</param>
/// <param name="IsValid">Whether there is no error; warnings may be there.</param>
/// <param name="Errors">How many errors there are.</param>
/// <param name="Warnings">How many warnings there are.</param>
/// <param name="VerifiedCount">How many manifests and blobs were read and are what their descriptors say.</param>
/// <param name="VerifiedBytes">Their bytes.</param>
/// <param name="Findings">What was found, the first thousand.</param>
internal sealed record ValidationResult(string Reference, bool IsValid, int Errors, int Warnings, int VerifiedCount, long VerifiedBytes, IReadOnlyList<FindingResult> Findings) : IResult
{
    public static ValidationResult Of(string reference, ValidationReport report, ValidationSeverity least) => new(
        reference, report.IsValid, report.ErrorCount, report.WarningCount, report.VerifiedCount, report.VerifiedBytes,
        [.. report.Findings.Where(finding => finding.Severity <= least).Select(FindingResult.Of)]);

    public void WriteTo(StringBuilder text)
    {
        foreach (FindingResult finding in Findings)
        {
            text.Append(finding).Append('\n');
        }
        string verdict = IsValid ? "is valid" : "is not valid";
        string counts = Errors + Warnings == 0 ? "" : $": {Errors} errors, {Warnings} warnings";
        text.Append($"{Reference} {verdict}{counts}; {VerifiedCount} manifests and blobs verified, {ByteCount.Format(VerifiedBytes)}\n");
    }
}
