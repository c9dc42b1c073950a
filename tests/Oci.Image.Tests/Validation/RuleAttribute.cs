namespace Oci.Image.Tests.Validation;

/// <summary>Names the rules that a test makes fire.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RuleAttribute(params string[] ids) : Attribute
{
    public IReadOnlyList<string> Ids { get; } = ids;
}
