using System.Reflection;
using Oci.Image.Validation;

namespace Oci.Image.Tests.Validation;

/// <summary>The list of rules is whole, and each has a test that makes it fire.</summary>
public sealed class ValidationRulesTests
{
    [Fact]
    public void All_EachRule_HasATestThatMakesItFire()
    {
        IEnumerable<string> tested =
            from type in typeof(ValidationRulesTests).Assembly.GetTypes()
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            from id in method.GetCustomAttribute<RuleAttribute>()?.Ids ?? []
            select id;
        string[] ids = [.. tested.Concat(DocumentSamples.Broken.Select(sample => sample.Rule)).Distinct()];

        Assert.Equal(ValidationRules.All.Select(rule => rule.Id).Order(), ids.Order());
    }

    [Fact]
    public void All_EveryRuleOfTheLibrary_IsInIt()
    {
        IEnumerable<ValidationRule> declared =
            from type in typeof(ValidationRules).Assembly.GetTypes()
            from field in type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.DeclaredOnly)
            where field.FieldType == typeof(ValidationRule)
            select (ValidationRule)field.GetValue(null)!;

        Assert.Equal(declared.Select(rule => rule.Id).Order(), ValidationRules.All.Select(rule => rule.Id).Order());
    }

    [Fact]
    public void All_EachRule_SaysWhatItIsAbout()
    {
        Assert.Equal(ValidationRules.All.Count, ValidationRules.All.Select(rule => rule.Id).Distinct().Count());
        Assert.All(ValidationRules.All, rule =>
        {
            Assert.Matches("^[a-z]+(-[a-z]+)+$", rule.Id);
            Assert.EndsWith(".", rule.Summary);
            Assert.Matches("^https://github.com/opencontainers/image-spec/blob/v1.1.1/[a-z-]+\\.md#[a-z0-9-]+$", rule.SpecLink.ToString());
        });
    }
}
