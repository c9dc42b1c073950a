namespace Oci.Image.Validation;

/// <summary>The findings of one validation, up to a limit, and how many there are in all.</summary>
internal sealed class FindingList(int limit)
{
    private readonly List<ValidationFinding> _items = [];

    public IReadOnlyList<ValidationFinding> Items => _items;

    public int ErrorCount { get; private set; }

    public int WarningCount { get; private set; }

    public void Add(ValidationRule rule, string jsonPath, string message, Descriptor? content = null, Exception? cause = null)
    {
        ErrorCount += rule.Severity == ValidationSeverity.Error ? 1 : 0;
        WarningCount += rule.Severity == ValidationSeverity.Warning ? 1 : 0;
        if (_items.Count < limit)
        {
            _items.Add(new ValidationFinding { Rule = rule, JsonPath = jsonPath, Message = message, Content = content, Cause = cause });
        }
    }

    public ValidationReport ToReport(string target, int verifiedCount, long verifiedBytes) => new()
    {
        Target = target,
        Findings = _items,
        ErrorCount = ErrorCount,
        WarningCount = WarningCount,
        VerifiedCount = verifiedCount,
        VerifiedBytes = verifiedBytes,
    };
}
