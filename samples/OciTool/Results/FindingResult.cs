using Oci.Image.Validation;

namespace OciTool.Results;

/// <summary>A rule that does not hold.</summary>
/// <param name="Rule">The rule's name, which stays the same between versions.</param>
/// <param name="Severity"><c>error</c>, <c>warning</c> or <c>info</c>.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="JsonPath">The member that is meant.</param>
/// <param name="Digest">The manifest or blob that is meant.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="SpecLink">The section of image-spec that says so.</param>
internal sealed record FindingResult(string Rule, string Severity, string Message, string JsonPath, string? Digest, string? MediaType, string SpecLink)
{
    public static FindingResult Of(ValidationFinding finding) => new(
        finding.Rule.Id,
        finding.Severity.ToString().ToLowerInvariant(),
        finding.Message,
        finding.JsonPath,
        finding.Content?.Digest.ToString(),
        finding.Content?.MediaType.ToString(),
        finding.Rule.SpecLink.ToString());

    public override string ToString()
    {
        string content = Digest is null ? "" : $"{Digest} ";
        string path = JsonPath == "$" ? "" : $"{JsonPath} ";
        return TextExtensions.Printable($"{Severity} {Rule}: {content}{path}{Message}");
    }
}
