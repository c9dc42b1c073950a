using FsCheck;
using FsCheck.Fluent;
using Oci.Runtime.Linux.Cgroups;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Cgroups;

public class CgroupPathTests
{
    private static readonly CgroupHierarchy V1 = new("/sys/fs/cgroup/cpu", ["cpu"], "/own/place");
    private static readonly CgroupHierarchy V2 = new("/sys/fs/cgroup", [], "/own/place");

    [Theory]
    [Must("config-linux.md#cgroups-path-1", "config-linux.md#cgroups-path-2")]
    [InlineData("/my/web", "/my/web", "/my/web")]
    [InlineData("my/web", "/own/place/my/web", "/own/my/web")]
    [InlineData(null, "/own/place/id", "/own/id")]
    [InlineData("", "/own/place/id", "/own/id")]
    [InlineData("/../../my/./../web//x/", "/web/x", "/web/x")]
    [InlineData("../../../x", "/own/place/x", "/own/x")]
    public void Resolve_Path_StaysBelowItsStart(string? path, string v1, string v2)
    {
        Assert.Equal(v1, CgroupPath.Resolve(path, "id", V1));
        Assert.Equal(v2, CgroupPath.Resolve(path, "id", V2));
    }

    [Fact]
    public void Resolve_OwnPlaceIsTheRoot_IsBelowTheRoot() =>
        Assert.Equal("/id", CgroupPath.Resolve(null, "id", V2 with { OwnPath = "/" }));

    [Theory]
    [Must("config-linux.md#cgroups-path-3")]
    [InlineData("/")]
    [InlineData("..")]
    [InlineData("/a/..")]
    public void Resolve_Root_Throws(string path) =>
        Assert.Equal("/linux/cgroupsPath", Assert.Throws<InvalidSpecException>(() => CgroupPath.Resolve(path, "id", V1)).SpecPointer);

    [Fact]
    public void Clean_AnyPath_HasNoWayUp() => Prop.ForAll(ArbMap.Default.ArbFor<string[]>(), parts =>
    {
        string clean = CgroupPath.Clean(string.Join('/', parts.Select((part, i) => i % 3 == 1 ? ".." : part)));
        return clean.StartsWith('/') && clean.Split('/').All(part => part is not (".." or ".")) && (clean == "/" || !clean.EndsWith('/'));
    }).QuickCheckThrowOnFailure();
}
