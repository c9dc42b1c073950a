namespace Oci.Image.Tests.Conformance;

/// <summary>The list of demands and the tests that prove them name each other.</summary>
public sealed class MustListTests
{
    [Fact]
    public void Lists_AndTests_NameEachOther() =>
        Assert.Empty(MustCoverage.FindGaps(typeof(MustListTests).Assembly, MustList.Ours, MustList.OfOthers, MustList.NotMet));
}
