using Oci.Testing.Specs;

namespace Oci.Distribution.Tests.Conformance;

/// <summary>The list of what distribution-spec asks of clients and the tests that prove it name each other.</summary>
public sealed class SpecCoverageTests
{
    [Fact]
    public void Demands_AndTests_NameEachOther() =>
        Assert.Empty(MustCoverage.FindGaps(typeof(SpecCoverageTests).Assembly, DistributionSpec.OfClient, DistributionSpec.NotOfClient, new Dictionary<string, string>()));
}
