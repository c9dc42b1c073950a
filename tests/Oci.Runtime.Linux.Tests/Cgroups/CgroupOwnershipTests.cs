using Oci.Runtime.Linux.Cgroups;

namespace Oci.Runtime.Linux.Tests.Cgroups;

/// <summary>runtime-spec, config-linux.md#cgroup-ownership.</summary>
public class CgroupOwnershipTests
{
    private const string Namespaces = """[{"type":"user"},{"type":"cgroup"}]""";
    private const string Mapped = """[{"containerID":0,"hostID":1000,"size":1},{"containerID":10,"hostID":5000,"size":10}]""";

    [Theory]
    [InlineData(0, Namespaces, """["rw"]""", 1000u)]
    [InlineData(12, Namespaces, """["nosuid"]""", 5002u)]
    [InlineData(5, Namespaces, """["rw"]""", null)]
    [InlineData(20, Namespaces, """["rw"]""", null)]
    [InlineData(0, Namespaces, """["ro"]""", null)]
    [InlineData(0, Namespaces, """["rw","ro"]""", null)]
    [InlineData(0, """[{"type":"user"}]""", """["rw"]""", null)]
    [InlineData(0, """[{"type":"cgroup"}]""", """["rw"]""", null)]
    [InlineData(0, """[{"type":"user"},{"type":"cgroup","path":"/proc/1/ns/cgroup"}]""", """["rw"]""", null)]
    public void FindOwner_Spec_IsTheHostsIdOfTheProcessUser(int user, string namespaces, string options, uint? owner) =>
        Assert.Equal(owner, CgroupOwnership.FindOwner(Spec.SpecExamples.Parse($$$"""
            {"ociVersion":"1.3.0","process":{"cwd":"/","args":["x"],"user":{"uid":{{{user}}},"gid":0}},
             "mounts":[{"destination":"/sys/fs/cgroup","type":"cgroup","source":"cgroup","options":{{{options}}}}],
             "linux":{"namespaces":{{{namespaces}}},"uidMappings":{{{Mapped}}} } }
            """)));

    [Fact]
    public void FindOwner_NoCgroupMount_IsNone() => Assert.Null(CgroupOwnership.FindOwner(Spec.SpecExamples.Parse(
        $$$"""{"ociVersion":"1.3.0","linux":{"namespaces":{{{Namespaces}}},"uidMappings":{{{Mapped}}} } }""")));
}
