using Oci.Runtime.Linux.Mounts;

namespace Oci.Runtime.Linux.Tests.Mounts;

public sealed class MountOptionsTests
{
    [Theory]
    [InlineData("ro,nosuid,nodev,noexec", 0xF, 0)]
    [InlineData("ro,rw", 0, 1)]
    [InlineData("rw,ro", 1, 0)]
    [InlineData("noatime", 0x10, 0x70)]
    [InlineData("noatime,strictatime", 0x20, 0x70)]
    [InlineData("noatime,relatime", 0, 0x70)]
    [InlineData("nodiratime,nosymfollow", 0x200080, 0)]
    public void Parse_Attributes_AreSetAndCleared(string options, long set, long clear)
    {
        MountOptions parsed = MountOptions.Parse("tmpfs", options.Split(','));

        Assert.Equal((set, clear), (parsed.Set, parsed.Clear));
        Assert.Empty(parsed.Data);
    }

    [Fact]
    public void Parse_RecursiveAttributes_AreKeptApart()
    {
        MountOptions parsed = MountOptions.Parse(null, ["rbind", "rro", "nosuid"]);

        Assert.True(parsed is { IsBind: true, IsRecursive: true, RecursiveSet: 1, Set: 2 });
    }

    [Fact]
    public void Parse_Rest_GoesToTheFilesystem()
    {
        MountOptions parsed = MountOptions.Parse("tmpfs", ["size=1m", "defaults", "rslave", "lazytime", ""]);

        Assert.Equal(["size=1m", "lazytime"], parsed.Data);
        Assert.Equal(["rslave"], parsed.Propagation);
        Assert.False(parsed.IsBind);
    }

    [Theory]
    [InlineData("idmap")]
    [InlineData("ridmap")]
    [InlineData("tmpcopyup")]
    [InlineData("remount")]
    public void Parse_WhatIsNotDoneYet_IsNamed(string option) => Assert.Equal([option], MountOptions.Parse("bind", [option]).Unsupported);
}
