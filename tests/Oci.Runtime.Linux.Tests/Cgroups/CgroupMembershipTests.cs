using FsCheck;
using FsCheck.Fluent;
using Oci.Runtime.Linux.Cgroups;

namespace Oci.Runtime.Linux.Tests.Cgroups;

public class CgroupMembershipTests
{
    [Theory]
    [InlineData("0::/user.slice/a", "", "/user.slice/a")]
    [InlineData("5:cpu,cpuacct:/", "cpu cpuacct", "/")]
    [InlineData("1:name=systemd:/a:b:c", "name=systemd", "/a:b:c")]
    public void TryParseLine_Line_IsRead(string line, string controllers, string path)
    {
        Assert.True(CgroupMembership.TryParseLine(line, out CgroupMembership? membership));
        Assert.Equal((controllers, path), (string.Join(' ', membership!.Controllers), membership.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0:")]
    [InlineData(":cpu:/")]
    [InlineData("0::")]
    [InlineData("0::relative")]
    [InlineData("x:cpu:/")]
    public void TryParseLine_NoLine_IsFalse(string line) => Assert.False(CgroupMembership.TryParseLine(line, out _));

    [Fact]
    public void TryParseLine_AnyText_DoesNotThrow() => Prop.ForAll(ArbMap.Default.ArbFor<string?>(), text =>
    {
        _ = CgroupMembership.TryParseLine(text, out _);
        _ = CgroupMembership.TryParseLine($"1:{text}", out _);
    }).QuickCheckThrowOnFailure();
}
