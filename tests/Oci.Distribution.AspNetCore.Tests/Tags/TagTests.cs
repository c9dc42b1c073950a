using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Oci.Distribution.AspNetCore.Tags;

namespace Oci.Distribution.AspNetCore.Tests.Tags;

public sealed partial class TagTests
{
    [Theory]
    [InlineData("latest", true)]
    [InlineData("_", true)]
    [InlineData("1.0-rc_1", true)]
    [InlineData("A..B", true)]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("-a", false)]
    [InlineData("a/b", false)]
    [InlineData("a:b", false)]
    [InlineData("é", false)]
    [InlineData("a\n", false)]
    public void TryParse_Text_IsReadWhereTheGrammarHasIt(string text, bool valid) => Assert.Equal(valid, Tag.TryParse(text, out _));

    [Fact]
    [Must("spec.md#pulling-manifests-3")]
    public void TryParse_AnyText_AgreesWithTheRegularExpressionOfTheSpec()
    {
        Arbitrary<string> texts = Gen.Elements('a', 'Z', '0', '.', '_', '-', '/', ':', ' ').ArrayOf().Select(chars => new string(chars)).ToArbitrary();
        Prop.ForAll(texts, text => Tag.TryParse(text, out _) == SpecTag().IsMatch(text)).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    [Fact]
    public void TryParse_LongestTag_IsReadAndOneMoreIsRefused()
    {
        Assert.True(Tag.TryParse(new string('a', Tag.MaxLength), out _));
        Assert.False(Tag.TryParse(new string('a', Tag.MaxLength + 1), out _));
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}\z")]
    private static partial Regex SpecTag();
}
