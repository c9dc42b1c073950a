using Oci.Image.Manifests;

namespace Oci.Image.Tests.Manifests;

public sealed class PlatformMatcherTests
{
    [Theory]
    [InlineData("linux/amd64", "linux/amd64", 0)]
    [InlineData("linux/amd64", "linux/amd64/v1", 0)]
    [InlineData("linux/amd64", "linux/amd64/v2", null)]
    [InlineData("linux/amd64/v4", "linux/amd64", 3000)]
    [InlineData("linux/amd64/v4", "linux/amd64/v3", 1000)]
    [InlineData("linux/amd64", "linux/x86_64", 0)]
    [InlineData("linux/amd64", "linux/386", null)]
    [InlineData("linux/amd64", "windows/amd64", null)]
    [InlineData("linux/arm", "linux/arm/v7", 0)]
    [InlineData("linux/arm", "linux/arm/v8", null)]
    [InlineData("linux/arm/v8", "linux/arm/v5", 3000)]
    [InlineData("linux/arm/v6", "linux/arm/v5", 1000)]
    [InlineData("linux/arm/v6", "linux/arm", null)]
    [InlineData("linux/arm64", "linux/arm64/v8", 0)]
    [InlineData("linux/arm64/v8", "linux/arm64", 0)]
    [InlineData("linux/arm64/8", "linux/aarch64/v8", 0)]
    [InlineData("linux/arm64/v9", "linux/arm64/v8.2", 998)]
    [InlineData("linux/arm64/v8", "linux/arm64/v8.2", null)]
    [InlineData("linux/arm64/v8", "linux/arm/v7", null)]
    [InlineData("linux/riscv64", "linux/riscv64", 0)]
    [InlineData("linux/ppc64le/power9", "linux/ppc64le/power8", null)]
    [InlineData("linux/arm/v7", "linux/arm/vv", null)]
    public void GetDistance_OfVariants_FollowsTheirOrder(string wanted, string offered, int? distance)
    {
        Assert.Equal(distance, PlatformMatcher.GetDistance(Make(wanted), Make(offered)));
        Assert.Equal(distance is not null, PlatformMatcher.IsMatch(Make(wanted), Make(offered)));
    }

    [Theory]
    [InlineData("10.0.17763.1", "10.0.17763.999", true)]
    [InlineData("10.0.17763.1", "10.0.20348.1", false)]
    [InlineData(null, "10.0.20348.1", true)]
    [InlineData("10.0.17763.1", null, true)]
    [InlineData("10.0.26100.1", "10.0.20348.1", true)]
    [InlineData("10.0.20348.1", "10.0.26100.1", false)]
    [InlineData("10.0.26100.1", "10.0.17763.1", false)]
    [InlineData("11.0.26100.1", "10.0.20348.1", false)]
    [InlineData("10.0.x.1", "10.0.20348.1", false)]
    [InlineData("10.0", "10.0.20348.1", false)]
    public void IsMatch_OfWindows_ComparesTheBuild(string? wanted, string? offered, bool matches) =>
        Assert.Equal(matches, PlatformMatcher.IsMatch(Make("windows/amd64") with { OsVersion = wanted }, Make("windows/amd64") with { OsVersion = offered }));

    [Fact]
    public void IsMatch_OfFeatures_NeedsEachOfThem()
    {
        Platform plain = Make("linux/amd64");
        Platform special = plain with { OsFeatures = ["erofs"] };

        Assert.False(PlatformMatcher.IsMatch(plain, special));
        Assert.True(PlatformMatcher.IsMatch(special, special));
        Assert.True(PlatformMatcher.IsMatch(special, plain));
        Assert.True(PlatformMatcher.IsMatch(Make("windows/amd64"), Make("windows/amd64") with { OsFeatures = ["win32k"] }));
    }

    private static Platform Make(string text)
    {
        string[] parts = text.Split('/');
        return new Platform { Os = parts[0], Architecture = parts[1], Variant = parts.ElementAtOrDefault(2) };
    }
}
