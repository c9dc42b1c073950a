using Oci.Distribution.Authentication;

namespace Oci.Distribution.Tests.Authentication;

public sealed class AccessScopeTests
{
    [Fact]
    public void Union_MergesActionsByResource_InOneSpelling()
    {
        AccessScope a = AccessScope.Repository("b", "push", "pull").Union(AccessScope.Repository("a", "pull"));
        AccessScope b = AccessScope.Parse("repository:a:pull repository:b:pull repository:b:push,pull");

        Assert.Equal("repository:a:pull repository:b:pull,push", a.Text);
        Assert.Equal(a, b);
        Assert.Equal(a.GetHashCode(), b.GetHashCode());
    }

    [Fact]
    public void Union_KeepsThePrimaryRepository_WhichIsNoPartOfEquality()
    {
        AccessScope x = AccessScope.Repository("team-b/x", "pull");
        AccessScope y = AccessScope.Repository("team-a/y", "pull");

        Assert.Equal("team-b/x", x.Union(y).PrimaryRepository);
        Assert.Equal("team-a/y", AccessScope.None.Union(y).Union(x).PrimaryRepository);
        Assert.Equal("team-b/x", AccessScope.Catalog.Union(x).PrimaryRepository);
        Assert.Null(AccessScope.Catalog.PrimaryRepository);
        Assert.Equal(x.Union(y), y.Union(x));
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("x repository:a: :a:pull repository::pull", "")]
    [InlineData("repository:host:5000/a:pull", "repository:host:5000/a:pull")]
    [InlineData("registry:catalog:*", "registry:catalog:*")]
    public void Parse_LeavesOutWhatIsNoScope(string? text, string expected) => Assert.Equal(expected, AccessScope.Parse(text).Text);

    [Fact]
    public void Covers_IsAboutEveryAction()
    {
        AccessScope push = AccessScope.Repository("a", "pull", "push");

        Assert.True(push.Covers(AccessScope.Repository("a", "pull")));
        Assert.True(push.Covers(AccessScope.None));
        Assert.False(push.Covers(AccessScope.Repository("a", "delete")));
        Assert.False(push.Covers(AccessScope.Repository("b", "pull")));
    }
}
