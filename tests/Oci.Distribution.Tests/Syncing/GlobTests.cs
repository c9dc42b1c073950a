using Oci.Distribution.Syncing;

namespace Oci.Distribution.Tests.Syncing;

public sealed class GlobTests
{
    [Theory]
    [InlineData("team/app", "team/app", true)]
    [InlineData("team/app", "team/*", true)]
    [InlineData("team/app/web", "team/*", false)]
    [InlineData("team/app/web", "team/**", true)]
    [InlineData("team/app/web", "**/web", true)]
    [InlineData("team/app", "*", false)]
    [InlineData("team/app", "**", true)]
    [InlineData("v1.2", "v?.?", true)]
    [InlineData("v1.20", "v?.?", false)]
    [InlineData("a/b", "a?b", false)]
    [InlineData("v1.2", "V1.2", false)]
    [InlineData("", "", true)]
    [InlineData("", "*", true)]
    [InlineData("a", "", false)]
    [InlineData("abcabc", "a*bc", true)]
    [InlineData("abcabd", "a*bc", false)]
    [InlineData("1.2.3", "1.2.*", true)]
    [InlineData("[a]", "[a]", true)]
    public void IsMatch_IsAsTheRulesSay(string name, string pattern, bool expected) => Assert.Equal(expected, Glob.IsMatch(name, pattern));

    [Fact]
    public void IsMatch_OfAPatternMadeToTakeLong_IsQuick()
    {
        string pattern = string.Concat(Enumerable.Repeat("*a", 100)) + "b";

        Assert.False(Glob.IsMatch(new string('a', 255), pattern));
    }

    [Fact]
    public void IsChosen_WithoutPatterns_TakesAll()
    {
        Assert.True(Glob.IsChosen("x", [], []));
        Assert.False(Glob.IsChosen("x", ["y"], []));
        Assert.False(Glob.IsChosen("x", ["x"], ["?"]));
    }
}
