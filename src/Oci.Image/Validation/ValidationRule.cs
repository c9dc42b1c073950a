namespace Oci.Image.Validation;

/// <summary>Something that is checked. All of them are in <see cref="ValidationRules.All"/>.</summary>
public sealed class ValidationRule
{
    private const string Spec = "https://github.com/opencontainers/image-spec/blob/v1.1.1/";

    internal ValidationRule(string id, ValidationSeverity severity, string section, string summary)
    {
        Id = id;
        Severity = severity;
        SpecLink = new Uri(Spec + section);
        Summary = summary;
    }

    /// <summary>The name of the rule, which stays the same between versions, such as <c>manifest-config-required</c>.</summary>
    public string Id { get; }

    /// <summary>How bad it is where the rule does not hold.</summary>
    public ValidationSeverity Severity { get; }

    /// <summary>The section of image-spec 1.1.1 that the rule comes from.</summary>
    public Uri SpecLink { get; }

    /// <summary>What has to hold, in one sentence.</summary>
    public string Summary { get; }

    /// <summary>The rule's name.</summary>
    public override string ToString() => Id;
}
