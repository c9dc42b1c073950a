using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Namespaces;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Bundles;

public class DefaultSpecTests
{
    [Fact]
    public void Create_IsValid() => Assert.Empty(RuntimeSpecValidator.Validate(DefaultSpec.Create()));

    [Theory]
    [InlineData("/proc", "proc")]
    [InlineData("/sys", "sysfs")]
    [InlineData("/dev/pts", "devpts")]
    [InlineData("/dev/shm", "tmpfs")]
    public void Create_DefaultFilesystemsOfConfigLinux_AreThere(string destination, string type) =>
        Assert.Contains(DefaultSpec.Create().Mounts!, mount => mount.Destination == destination && mount.Type == type);

    [Theory]
    [InlineData("")]
    [InlineData("me:100000:65536\n")]
    public void CreateRootless_AnyMappings_IsValid(string subordinate)
    {
        var mappings = RootlessIdMappings.Create(1000, 1000, "me", subordinate, subordinate, hasTools: true);

        RuntimeSpec spec = DefaultSpec.CreateRootless(mappings);

        Assert.Empty(RuntimeSpecValidator.Validate(spec));
        Assert.Equal(subordinate.Length > 0, spec.Mounts!.Single(m => m.Destination == "/dev/pts").Options!.Contains("gid=5"));
        Assert.Equal("bind", spec.Mounts!.Single(m => m.Destination.StartsWith("/sys")).Type);
        Assert.Null(spec.Linux!.Resources);
    }
}
