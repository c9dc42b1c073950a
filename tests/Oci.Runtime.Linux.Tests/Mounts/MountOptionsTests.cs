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

    [Fact]
    public void Parse_WhatConcernsTheWholeMount_IsKeptApart()
    {
        MountOptions parsed = MountOptions.Parse("bind", ["ridmap", "tmpcopyup", "remount"]);

        Assert.True(parsed is { IsMapped: true, IsMappedRecursively: true, CopiesUp: true, IsRemount: true });
        Assert.True(MountOptions.Parse("bind", ["idmap"]) is { IsMapped: true, IsMappedRecursively: false });
        Assert.Empty(parsed.Data);
    }

    /// <summary>runtime-spec, config.md#linux-mount-options: "Runtimes MUST/SHOULD/MAY implement the following option strings".</summary>
    [Theory]
    [Must("config.md#linux-mount-options-1")]
    [InlineData("async", "bind", "defaults", "dev", "diratime", "dirsync", "exec", "iversion", "lazytime", "loud", "mand", "noatime")]
    [InlineData("nodev", "nodiratime", "noexec", "noiversion", "nolazytime", "nomand", "norelatime", "nostrictatime", "nosuid", "nosymfollow")]
    [InlineData("private", "ratime", "rbind", "rdev", "rdiratime", "relatime", "remount", "rexec", "rnoatime", "rnodev", "rnodiratime", "rnoexec")]
    [InlineData("rnorelatime", "rnostrictatime", "rnosuid", "rnosymfollow", "ro", "rprivate", "rrelatime", "rro", "rrw", "rshared", "rslave")]
    [InlineData("rstrictatime", "rsuid", "rsymfollow", "runbindable", "rw", "shared", "silent", "slave", "strictatime", "suid", "symfollow")]
    [InlineData("sync", "tmpcopyup", "unbindable", "idmap", "ridmap", "atime")]
    public void Parse_TableOfTheSpec_IsUnderstood(params string[] options)
    {
        foreach (string option in options)
        {
            // The three that a filesystem is told by name: vfs_parse_sb_flag of the kernel takes them.
            string[] data = option is "dirsync" or "sync" or "lazytime" ? [option] : [];
            Assert.Equal(data, MountOptions.Parse("tmpfs", [option]).Data);
        }
    }
}
