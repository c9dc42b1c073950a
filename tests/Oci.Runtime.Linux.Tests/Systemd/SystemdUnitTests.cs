using Oci.Runtime.Linux.Spec;
using Oci.Runtime.Linux.Systemd;

namespace Oci.Runtime.Linux.Tests.Systemd;

public class SystemdUnitTests
{
    [Theory]
    [InlineData("machine.slice:libpod:abc", "/machine.slice/libpod-abc.scope")]
    [InlineData("a-b-c.slice:p:n", "/a.slice/a-b.slice/a-b-c.slice/p-n.scope")]
    [InlineData("-.slice::n", "/n.scope")]
    [InlineData(":p:n", "/system.slice/p-n.scope")]
    [InlineData(null, "/system.slice/oci-id.scope")]
    public void Parse_Path_IsInItsSlices(string? cgroupsPath, string path) =>
        Assert.Equal(path, SystemdUnit.Parse(cgroupsPath, "id", isRoot: true).GetPath("/"));

    [Theory]
    [InlineData("/a/b")]
    [InlineData("a.slice:b")]
    [InlineData("a.slice:b:")]
    [InlineData("a.slice:b:c:d")]
    [InlineData("a:b:c")]
    [InlineData("../a.slice:b:c")]
    [InlineData("a.slice:../b:c")]
    [InlineData("-a.slice:b:c")]
    [InlineData("a-.slice:b:c")]
    [InlineData("a--b.slice:b:c")]
    [InlineData(".slice:b:c")]
    public void Parse_NoUnit_ThrowsWithPointer(string cgroupsPath) =>
        Assert.Equal("/linux/cgroupsPath", Assert.Throws<InvalidSpecException>(() => SystemdUnit.Parse(cgroupsPath, "id", isRoot: true)).SpecPointer);

    [Theory]
    [InlineData("/user.slice/user-1000.slice/user@1000.service/app.slice/x.scope", "/user.slice/user-1000.slice/user@1000.service")]
    [InlineData("/user.slice/user-1000.slice/session-2.scope", "/user.slice/user-1000.slice/user@1000.service")]
    public void FindUserManager_OwnPlace_LeadsToIt(string own, string manager) => Assert.Equal(manager, SystemdUnit.FindUserManager(own, 1000));

    [Fact]
    public void Find_Endpoint_PrefersSystemdsOwnSocket()
    {
        Assert.Equal(new SystemdEndpoint("/run/systemd/private", false), SystemdEndpoint.Find(true, _ => null, p => p == "/run/systemd/private"));
        Assert.Equal(new SystemdEndpoint("/run/dbus/system_bus_socket", true), SystemdEndpoint.Find(true, _ => null, _ => false));
        Assert.Equal(new SystemdEndpoint("/r/bus", true), SystemdEndpoint.Find(false, n => n == "XDG_RUNTIME_DIR" ? "/r" : null, _ => false));
        Assert.Equal(new SystemdEndpoint("/b", true), SystemdEndpoint.Find(false, n => n == "DBUS_SESSION_BUS_ADDRESS" ? "tcp:host=x;unix:guid=1,path=/b" : "/r", _ => false));
    }
}
