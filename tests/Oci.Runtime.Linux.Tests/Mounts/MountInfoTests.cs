using FsCheck;
using FsCheck.Fluent;
using Oci.Runtime.Linux.Mounts;

namespace Oci.Runtime.Linux.Tests.Mounts;

public class MountInfoTests
{
    // The example of proc_pid_mountinfo(5).
    [Theory]
    [InlineData("36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue")]
    [InlineData("36 35 98:0 /mnt1 /mnt2 rw,noatime - ext3 /dev/root rw,errors=continue")]
    [InlineData("36 35 98:0 /mnt1 /mnt2 rw,noatime shared:2 master:1 propagate_from:3 - ext3 /dev/root rw,errors=continue")]
    public void TryParseLine_AnyNumberOfOptionalFields_IsRead(string line)
    {
        Assert.True(MountInfo.TryParseLine(line, out MountInfo? mount));
        Assert.Equal(new MountInfo(36, 35, "/mnt1", "/mnt2", "rw,noatime", "ext3", "/dev/root", "rw,errors=continue"), mount);
    }

    [Fact]
    public void TryParseLine_Escapes_AreResolved()
    {
        Assert.True(MountInfo.TryParseLine(@"1 0 0:1 /a\040b /\011\012\134\043\04 rw - tmpfs a\040- rw", out MountInfo? mount));
        Assert.Equal(("/a b", "/\t\n\\#\\04", "a -"), (mount!.Root, mount.MountPoint, mount.Source));
    }

    [Fact]
    public void TryParseLine_EmptySource_IsRead()
    {
        Assert.True(MountInfo.TryParseLine("1 0 0:1 / /x rw - tmpfs  rw", out MountInfo? mount));
        Assert.Equal(("", "rw"), (mount!.Source, mount.SuperOptions));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" - ")]
    [InlineData("36 35 98:0 /mnt1 /mnt2 rw ext3 /dev/root rw")]
    [InlineData("36 35 98:0 /mnt1 - ext3 /dev/root rw")]
    [InlineData("x 35 98:0 /mnt1 /mnt2 rw - ext3 /dev/root rw")]
    [InlineData("36 35 98:0 /mnt1 /mnt2 rw - ext3 /dev/root")]
    public void TryParseLine_NoMount_IsFalse(string line) => Assert.False(MountInfo.TryParseLine(line, out _));

    [Fact]
    public void TryParseLine_AnyText_DoesNotThrow() => Prop.ForAll(ArbMap.Default.ArbFor<string?>(), text =>
    {
        _ = MountInfo.TryParseLine(text, out _);
        _ = MountInfo.TryParseLine($"1 0 0:1 {text} /x rw - tmpfs {text} rw", out _);
        _ = MountInfo.TryParseLine($@"1 0 0:1 / /\{text} rw - tmpfs x rw", out _);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void ParseFile_ThisProcess_ReadsEveryLine()
    {
        Requires.Linux();
        string text = File.ReadAllText("/proc/self/mountinfo");

        List<MountInfo> mounts = MountInfo.ParseFile(text);

        Assert.Equal(text.Count(c => c == '\n'), mounts.Count);
        Assert.Contains(mounts, mount => mount is { MountPoint: "/proc", FileSystemType: "proc" });
    }

    [Theory]
    [InlineData("rw,cpu,cpuacct", "cpu", true)]
    [InlineData("rw,cpuacct", "cpu", false)]
    [InlineData("rw,xattr,name=systemd", "name=systemd", true)]
    public void HasOption_WholeNamesOnly(string options, string option, bool expected) =>
        Assert.Equal(expected, MountInfo.HasOption(options, option));
}
