using Oci.Image.Validation;

namespace Examples;

internal static class ValidateLayout
{
    public static async Task<int> RunAsync(string layoutPath)
    {
        ValidationReport report = await LayoutValidator.ValidateAsync(layoutPath);
        foreach (ValidationFinding finding in report.Findings)
        {
            Console.WriteLine($"{finding.Severity} {finding.Rule.Id} {finding.JsonPath}: {finding.Message} See {finding.Rule.SpecLink}");
        }
        return report.IsValid ? 0 : 1;
    }
}
