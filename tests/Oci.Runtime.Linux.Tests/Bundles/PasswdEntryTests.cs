using FsCheck;
using FsCheck.Fluent;
using Oci.Runtime.Linux.Bundles;

namespace Oci.Runtime.Linux.Tests.Bundles;

public class PasswdEntryTests
{
    [Theory]
    [InlineData("web:x:1000:1001:Web,,,:/home/web:/bin/sh", "web", 1000u, 1001u, "/home/web")]
    [InlineData("web::0:0", "web", 0u, 0u, "")]
    [InlineData("web:x:1:2:::", "web", 1u, 2u, "")]
    [InlineData("web:x:1:2:c:/h:/s:extra", "web", 1u, 2u, "/h")]
    public void TryParseLine_Entry_IsRead(string line, string name, uint uid, uint gid, string home)
    {
        Assert.True(PasswdEntry.TryParseLine(line, out PasswdEntry entry));
        Assert.Equal(new PasswdEntry(name, uid, gid, home), entry);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# web:x:1:2:::")]
    [InlineData("+web:x:1:2:::")]
    [InlineData(":x:1:2:::")]
    [InlineData("web:x:1")]
    [InlineData("web:x:-1:2:::")]
    [InlineData("web:x:4294967295:2:::")]
    [InlineData("web:x:99999999999:2:::")]
    [InlineData("web:x:one:2:::")]
    public void TryParseLine_NoEntry_IsFalse(string line) => Assert.False(PasswdEntry.TryParseLine(line, out _));

    [Fact]
    public void TryParseLine_AnyText_DoesNotThrow() => Prop.ForAll(ArbMap.Default.ArbFor<string?>(), line =>
    {
        _ = PasswdEntry.TryParseLine(line, out _);
        _ = PasswdEntry.TryParseLine($"a:b:1:{line}", out _);
        _ = GroupEntry.TryParseLine(line, out _);
        _ = GroupEntry.TryParseLine($"a:b:1:{line}", out _);
    }).QuickCheckThrowOnFailure();
}
