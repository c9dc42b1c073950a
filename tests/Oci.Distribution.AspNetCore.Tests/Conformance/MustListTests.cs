using Oci.Testing.Specs;

namespace Oci.Distribution.AspNetCore.Tests.Conformance;

/// <summary>The list of demands and the tests that prove them name each other.</summary>
public sealed class MustListTests
{
    [Fact]
    public void Demands_OfTheRegistry_EachHaveATest() => Assert.Empty(MustCoverage.FindGaps(
        typeof(MustListTests).Assembly, DistributionSpec.OfRegistry, DistributionSpec.NotOfRegistry, new Dictionary<string, string>()));
}
