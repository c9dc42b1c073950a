using Oci.Runtime.Linux.Mounts;

namespace Oci.Runtime.Linux.Tests.Mounts;

public sealed class MountTableTests
{
    [Fact]
    public void Read_NothingChanged_IsNotReadAgain()
    {
        Requires.Linux();
        _ = MountTable.Read();

        Assert.Contains(MountTable.Read(), m => m.MountPoint is "/");
        Assert.Equal(MountInfo.ParseFile(File.ReadAllText("/proc/self/mountinfo")).Select(m => m.MountId), MountTable.Read().Select(m => m.MountId));
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task Read_MountMadeAndRemoved_IsSeenAtOnce()
    {
        Requires.Root();
        using var folder = new TempDirectory();
        string place = folder.Combine("place");
        Directory.CreateDirectory(place);
        _ = MountTable.Read();

        (await ToolResult.RunAsync("mount", ["-t", "tmpfs", "none", place])).EnsureSuccess();
        try
        {
            Assert.Contains(MountTable.Read(), m => m.MountPoint == place);
        }
        finally
        {
            (await ToolResult.RunAsync("umount", [place])).EnsureSuccess();
        }
        Assert.DoesNotContain(MountTable.Read(), m => m.MountPoint == place);
    }
}
