using Oci.Runtime.Linux.Lifecycle;
using Oci.Runtime.Linux.Resctrl;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Resctrl;

/// <summary>The writers against a tree that stands in for resctrl, which needs a processor that has it (runtime-spec, config-linux.md#intelrdt).</summary>
public sealed class ResctrlGroupTests : IDisposable
{
    private readonly TempDirectory _tree = new();

    public void Dispose() => _tree.Dispose();

    private ResctrlGroup Group(LinuxIntelRdt config) => new(_tree.Path, "web", config, Make);

    /// <summary>As the kernel does: a new directory has its files.</summary>
    private static void Make(string path)
    {
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, "tasks"), "");
        File.WriteAllText(Path.Combine(path, "schemata"), "");
    }

    private string Read(params string[] path) => File.ReadAllText(_tree.Combine(path));

    [Fact]
    [Must("config-linux.md#intelrdt-1", "config-linux.md#intelrdt-5")]
    public void Create_NoClosId_UsesTheContainersId()
    {
        ResctrlGroup group = Group(new LinuxIntelRdt { L3CacheSchema = "L3:0=7f0;1=1f" });

        group.Create();
        group.Add(42);

        Assert.Equal("L3:0=7f0;1=1f\n", Read("web", "schemata"));
        Assert.Equal("42", Read("web", "tasks"));
        Assert.Equal([_tree.Combine("web")], group.Made);
    }

    /// <summary>"If l3CacheSchema contains a line beginning with MB:, the value written MUST be the non-MB: line(s) from l3CacheSchema and the line from memBWSchema."</summary>
    [Fact]
    [Must("config-linux.md#intelrdt-4")]
    public void Create_BandwidthInBoth_TakesThatOfMemBwSchema()
    {
        Group(new LinuxIntelRdt { L3CacheSchema = "L3:0=f\nMB:0=10", MemBwSchema = "MB:0=20;1=70" }).Create();

        Assert.Equal("L3:0=f\nMB:0=20;1=70\n", Read("web", "schemata"));
    }

    /// <summary>"If closID is set, and none of the schemata are set, runtime MUST ... generate an error if directory does not exist."</summary>
    [Fact]
    [Must("config-linux.md#intelrdt-6", "config-linux.md#intelrdt-8")]
    public void Create_ClosIdWithoutSchemata_MustBeThere()
    {
        var config = new LinuxIntelRdt { ClosId = "gold" };
        var e = Assert.Throws<ContainerException>(() => Group(config).Create());
        Assert.Equal("/linux/intelRdt", e.SpecPointer);
        Assert.False(Directory.Exists(_tree.Combine("gold")));

        Make(_tree.Combine("gold"));
        ResctrlGroup group = Group(config);
        group.Create();
        group.Add(7);

        Assert.Equal("7", Read("gold", "tasks"));
        // "MUST NOT write to schemata files", and what was there before is not this container's to remove.
        Assert.Equal("", Read("gold", "schemata"));
        Assert.Empty(group.Made);
    }

    /// <summary>"if closID directory exists, runtimes MUST compare l3CacheSchema and/or memBwSchema value with schemata file, and generate an error if doesn't match."</summary>
    [Theory]
    [Must("config-linux.md#intelrdt-7")]
    [InlineData("L3:0=f;1=0f", true)]
    [InlineData("L3:1=F", true)]
    [InlineData("L3:0=e", false)]
    [InlineData("L3:2=f", false)]
    [InlineData("L2:0=f", false)]
    public void Create_ClosIdThatIsThere_MustHaveTheSameValues(string schema, bool isSame)
    {
        Make(_tree.Combine("gold"));
        File.WriteAllText(_tree.Combine("gold", "schemata"), "    MB:0=100;1=100\n    L3:0=000f;1=000f\n");
        ResctrlGroup group = Group(new LinuxIntelRdt { ClosId = "gold", L3CacheSchema = schema });

        if (isSame)
        {
            group.Create();
        }
        else
        {
            Assert.Contains(schema, Assert.Throws<ContainerException>(group.Create).Message, StringComparison.Ordinal);
        }
        Assert.StartsWith("    MB", Read("gold", "schemata"), StringComparison.Ordinal);
    }

    [Fact]
    [Must("config-linux.md#intelrdt-13")]
    public void Create_Monitoring_HasAGroupOfItsOwnRemovedFirst()
    {
        ResctrlGroup group = Group(new LinuxIntelRdt { ClosId = "gold", Schemata = ["MB:0=20"], EnableMonitoring = true });

        group.Create();
        group.Add(9);

        Assert.Equal("9", Read("gold", "mon_groups", "web", "tasks"));
        Assert.Equal([_tree.Combine("gold", "mon_groups", "web"), _tree.Combine("gold")], group.Made);
        Assert.Equal([_tree.Combine("gold", "mon_groups", "web")], group.Owned);
    }

    [Fact]
    [Must("config-linux.md#intelrdt-12")]
    public void Create_AllSchemata_AreWrittenInTheirOrder()
    {
        ResctrlGroup group = new(_tree.Path, "web", new LinuxIntelRdt { Schemata = ["L3:0=1"], L3CacheSchema = "L3:0=f", MemBwSchema = "MB:0=20" }, Make);

        group.Create();

        // The stand-in is overwritten from its start, as a file is: what was written last stands first.
        Assert.Equal("L3:0=1\nMB:0=20\n", Read("web", "schemata"));
    }

    [Fact]
    [Must("config-linux.md#intelrdt-9")]
    public void Create_DefaultClass_IsTheRootOfTheTree()
    {
        File.WriteAllText(_tree.Combine("tasks"), "");
        File.WriteAllText(_tree.Combine("schemata"), "L3:0=f\n");
        ResctrlGroup group = Group(new LinuxIntelRdt { ClosId = "/" });

        group.Create();
        group.Add(5);

        Assert.Equal("5", Read("tasks"));
        Assert.Empty(group.Made);
    }

    [Fact]
    [Must("config-linux.md#intelrdt-10", "config-linux.md#intelrdt-11")]
    public void Owned_GroupNamedByClosId_IsNotRemovedWithTheContainer()
    {
        ResctrlGroup named = Group(new LinuxIntelRdt { ClosId = "gold", Schemata = ["MB:0=20"] });
        ResctrlGroup own = Group(new LinuxIntelRdt { Schemata = ["MB:0=20"] });

        named.Create();
        own.Create();

        Assert.Empty(named.Owned);
        Assert.Equal([_tree.Combine("web")], own.Owned);
    }

    [Fact]
    public void Remove_DirectoriesThatHaveGone_AreNoError()
    {
        Requires.Linux();
        string there = Directory.CreateDirectory(_tree.Combine("there")).FullName;

        ResctrlGroup.Remove([_tree.Combine("gone"), there]);

        Assert.False(Directory.Exists(there));
    }

    [Fact]
    public void FindResctrl_Mounted_GivesItsPlace()
    {
        const string mounts = "22 28 0:21 / /sys rw - sysfs sysfs rw\n40 22 0:36 / /sys/fs/resctrl rw,relatime - resctrl resctrl rw\n";

        Assert.Equal("/sys/fs/resctrl", HostFactsReader.FindResctrl(mounts));
        Assert.Null(HostFactsReader.FindResctrl(mounts[..mounts.IndexOf("40", StringComparison.Ordinal)]));
    }
}
