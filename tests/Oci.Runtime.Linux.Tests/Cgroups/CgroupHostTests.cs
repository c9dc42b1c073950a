using Oci.Runtime.Linux.Cgroups;

namespace Oci.Runtime.Linux.Tests.Cgroups;

public class CgroupHostTests
{
    private const string V1Mounts = """
        31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
        32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
        35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
        40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd
        """;

    private const string V2Mount = "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw";

    [Fact]
    public void Parse_V1_FindsHierarchies()
    {
        CgroupHost host = CgroupHost.Parse(V1Mounts, "4:name=systemd:/init\n3:memory:/m\n2:cpu,cpuacct:/c\n1:pids:/p\n");

        Assert.Equal(CgroupMode.V1, host.Mode);
        Assert.Equal(["/sys/fs/cgroup/cpu,cpuacct /c", "/sys/fs/cgroup/memory /m", "/sys/fs/cgroup/systemd /init"],
            host.Hierarchies.Select(h => $"{h.MountPoint} {h.OwnPath}"));
        Assert.Equal(new Dictionary<string, string>
        {
            ["cpu"] = "/sys/fs/cgroup/cpu,cpuacct/web",
            ["cpuacct"] = "/sys/fs/cgroup/cpu,cpuacct/web",
            ["memory"] = "/sys/fs/cgroup/memory/web",
        }, host.Open("id", "/web").Paths);
    }

    [Theory]
    [InlineData(V1Mounts, "3:memory:/\n0::/\n", CgroupMode.V1)]
    [InlineData(V1Mounts + "\n" + V2Mount, "3:memory:/\n0::/\n", CgroupMode.Hybrid)]
    [InlineData(V2Mount, "3:memory:/\n0::/\n", CgroupMode.V2)]
    [InlineData(V2Mount, "0::/\n", CgroupMode.V2)]
    [InlineData("", "3:memory:/\n0::/\n", CgroupMode.None)]
    [InlineData(V1Mounts, "4:name=systemd:/\n", CgroupMode.None)]
    public void Parse_Mounts_TellTheMode(string mounts, string cgroup, CgroupMode mode) =>
        Assert.Equal(mode, CgroupHost.Parse(mounts, cgroup).Mode);

    // Inside a container without a cgroup namespace, the mount shows the container's part of the hierarchy only.
    [Theory]
    [InlineData("/docker/abc", "/docker/abc", "/")]
    [InlineData("/docker/abc", "/docker/abc/x", "/x")]
    [InlineData("/docker/abc", "/docker/abcd", "/")]
    [InlineData("/", "/../../x", "/")]
    [InlineData("/..", "/x", "/x")]
    public void Parse_PartOfHierarchyMounted_GivesPlaceBelowIt(string root, string place, string own) =>
        Assert.Equal(own, CgroupHost.Parse($"41 31 0:38 {root} /sys/fs/cgroup rw - cgroup2 cgroup2 rw", $"0::{place}").Hierarchies.Single().OwnPath);

    [Fact]
    public void CheckAvailable_NoHierarchy_SaysSo()
    {
        CgroupAvailability availability = CgroupHost.Parse("", "").CheckAvailable("id", null);

        Assert.False(availability.IsAvailable);
        Assert.Contains("none is mounted", availability.Notice);
        Assert.Throws<ContainerException>(() => CgroupHost.Parse("", "").Open("id", null));
    }

    [Fact]
    public void CheckAvailable_HierarchyOfAnotherUser_SaysWhich()
    {
        Requires.OrdinaryUser();
        CgroupHost host = CgroupHost.Read();
        CgroupAvailability availability = host.CheckAvailable("oci-test", "/oci-test");

        Assert.False(availability.IsAvailable);
        Assert.True(availability.Notice!.Contains("EACCES") || availability.Notice.Contains("EROFS") || host.Mode == CgroupMode.None, availability.Notice);
    }

    [Fact]
    public void Read_ThisProcess_FindsDirectoriesThatAreThere()
    {
        Requires.Linux();
        CgroupHost host = CgroupHost.Read();

        Assert.All(host.Hierarchies, h => Assert.True(File.Exists($"{h.MountPoint}{h.OwnPath}/cgroup.procs"), h.ToString()));
    }
}
