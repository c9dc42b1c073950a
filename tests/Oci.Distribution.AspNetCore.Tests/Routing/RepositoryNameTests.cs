using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Oci.Distribution.AspNetCore.Routing;

namespace Oci.Distribution.AspNetCore.Tests.Routing;

public sealed partial class RepositoryNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("library/alpine")]
    [InlineData("a.b/c_d/e__f/g---h/0")]
    public void TryParse_NameOfTheGrammar_IsRead(string name)
    {
        Assert.True(RepositoryName.TryParse(name, out RepositoryName parsed));
        Assert.Equal(name, parsed.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("a/")]
    [InlineData("/a")]
    [InlineData("a//b")]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData("a/./b")]
    [InlineData("_blobs")]
    [InlineData("a/_manifests")]
    [InlineData("a..b")]
    [InlineData("a___b")]
    [InlineData("a._b")]
    [InlineData("a-")]
    [InlineData("Upper")]
    [InlineData("..%2fetc")]
    [InlineData("a\0b")]
    [InlineData("a\\b")]
    [InlineData("ä")]
    [InlineData("a\n")]
    public void TryParse_NotOfTheGrammar_IsRefused(string name) => Assert.False(RepositoryName.TryParse(name, out _));

    [Fact]
    [Must("spec.md#pulling-manifests-2")]
    public void TryParse_LongestName_IsReadAndOneMoreIsRefused()
    {
        Assert.True(RepositoryName.TryParse(new string('a', RepositoryName.MaxLength), out _));
        Assert.False(RepositoryName.TryParse(new string('a', RepositoryName.MaxLength + 1), out _));
    }

    [Fact]
    [Must("spec.md#pulling-manifests-1")]
    public void TryParse_AnyTextOfItsLetters_AgreesWithTheRegularExpressionOfTheSpec()
    {
        Arbitrary<string> texts = Gen.Elements('a', 'z', '0', '.', '_', '-', '/', 'A', '%').ArrayOf().Select(chars => new string(chars)).ToArbitrary();
        Prop.ForAll(texts, text => RepositoryName.TryParse(text, out _) == (text.Length <= RepositoryName.MaxLength && SpecName().IsMatch(text)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    [GeneratedRegex(@"\A[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z")]
    private static partial Regex SpecName();
}
