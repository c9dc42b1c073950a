using Oci.Distribution.Syncing;

namespace Oci.Distribution.Tests.Syncing;

public sealed class TagChoiceTests
{
    [Fact]
    public void Choose_NewestVersions_AreTheHighestInTheOrderOfSemver()
    {
        string[] tags = ["1.9", "1.10", "v1.11.0-rc1", "v1.11.0", "2", "latest", "edge-1"];

        Assert.Equal(["v1.11.0", "2", "latest", "edge-1"], TagChoice.Choose(tags, new SyncOptions { NewestVersions = 2 }));
        Assert.Equal(["1.10", "v1.11.0-rc1", "v1.11.0", "2", "latest", "edge-1"], TagChoice.Choose(tags, new SyncOptions { NewestVersions = 4 }));
    }

    // semver.org, item 11.
    [Fact]
    public void CompareTo_OrdersAsSemverDoes()
    {
        string[] ordered = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.99999999999999999999"];

        Assert.Equal(ordered, ordered.Reverse().OrderBy(TagVersion.TryParse));
        Assert.Null(TagVersion.TryParse("latest"));
        Assert.Null(TagVersion.TryParse("1..2"));
        Assert.Null(TagVersion.TryParse("v"));
    }

    [Fact]
    public void Choose_ByPatterns_LeavesListsOfReferrersOut()
    {
        string list = "sha256-" + new string('0', 64);
        var options = new SyncOptions { Tags = { "v*", "sha256-*" }, ExcludedTags = { "*-rc?" } };

        Assert.Equal(["v1", list + ".sig"], TagChoice.Choose(["v1", "v2-rc1", "w1", list, list + ".sig"], options));
    }
}
