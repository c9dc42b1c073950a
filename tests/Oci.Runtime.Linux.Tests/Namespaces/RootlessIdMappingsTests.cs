using Oci.Common.Linux;
using Oci.Runtime.Linux.Namespaces;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Namespaces;

public class RootlessIdMappingsTests
{
    [Fact]
    public void Create_SubordinateIds_FollowTheOwnId()
    {
        var mappings = RootlessIdMappings.Create(1000, 100, "me", "me:100000:65536\nme:200000:10\n", "me:300000:65536\n", hasTools: true);

        Assert.Equal("0 1000 1\n1 100000 65536\n65537 200000 10\n", IdMapWriter.Format(mappings.Uids));
        Assert.Equal("0 100 1\n1 300000 65536\n", IdMapWriter.Format(mappings.Gids));
        Assert.Null(mappings.Notice);
    }

    [Theory]
    [InlineData("", "me:1:2", true, "/etc/subuid")]
    [InlineData("me:1:2", "", true, "/etc/subgid")]
    [InlineData("me:1:2", "me:1:2", false, "newuidmap")]
    public void Create_SomethingMissing_MapsOneIdAndSaysWhy(string subuid, string subgid, bool hasTools, string reason)
    {
        var mappings = RootlessIdMappings.Create(1000, 100, "me", subuid, subgid, hasTools);

        Assert.Equal("0 1000 1\n", IdMapWriter.Format(mappings.Uids));
        Assert.Equal("0 100 1\n", IdMapWriter.Format(mappings.Gids));
        Assert.Contains(reason, mappings.Notice);
    }

    [Fact]
    public void Create_OverlappingRanges_AreLeftOut()
    {
        var mappings = RootlessIdMappings.Create(1000, 1000, "me", "me:999:10\nme:5000:10\nme:5005:10\nme:6000:4294900000\n", "me:1:2", hasTools: true);

        Assert.Equal("0 1000 1\n1 5000 10\n11 6000 4294900000\n", IdMapWriter.Format(mappings.Uids));
        var check = new SpecCheck(new RuntimeSpec { OciVersion = "1.3.0" });
        IdMappingRules.Check(check, mappings.Uids, "");
        Assert.Empty(check.Findings);
    }

    [Fact]
    public void Detect_ThisUser_GivesItsOwnIdAsRoot()
    {
        Requires.Linux();

        var mappings = RootlessIdMappings.Detect();

        Assert.Equal((0u, Libc.Geteuid(), 1u), (mappings.Uids[0].ContainerId, mappings.Uids[0].HostId, mappings.Uids[0].Size));
        Assert.Equal(mappings.Notice is null, mappings.Uids.Count > 1 && mappings.Gids.Count > 1);
    }
}
