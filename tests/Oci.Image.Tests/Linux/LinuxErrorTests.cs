using Oci.Common.Linux;

namespace Oci.Image.Tests.Linux;

public sealed class LinuxErrorTests
{
    [Fact]
    public void ToException_NamesSyscallPathAndErrno()
    {
        Exception exception = LinuxError.ToException(Errno.ENOSPC, "pwrite", "usr/bin/x"u8);

        Assert.IsType<IOException>(exception);
        Assert.Equal((int)Errno.ENOSPC, exception.HResult);
        Assert.StartsWith("pwrite of 'usr/bin/x' failed: ENOSPC (", exception.Message);
        Assert.Contains("Free space", exception.Message);
    }

    [Theory]
    [InlineData(1, typeof(UnauthorizedAccessException))]
    [InlineData(13, typeof(UnauthorizedAccessException))]
    [InlineData(30, typeof(UnauthorizedAccessException))]
    [InlineData(2, typeof(FileNotFoundException))]
    [InlineData(20, typeof(IOException))]
    public void ToException_PicksTheTypeThatCallersCatch(int errno, Type expected) =>
        Assert.IsType(expected, LinuxError.ToException((Errno)errno, "openat", "a"));

    [Fact]
    public void Describe_BytesThatAreNotText_AreEscaped() =>
        Assert.Equal(@"a\xff\x0ab é", PathText.Describe([(byte)'a', 0xff, 0x0a, (byte)'b', (byte)' ', 0xc3, 0xa9, 0]));

    [Fact]
    public void Describe_LongPath_IsShortened() =>
        Assert.Equal(new string('a', 512) + "...", PathText.Describe(Enumerable.Repeat((byte)'a', 5000).ToArray()));
}
