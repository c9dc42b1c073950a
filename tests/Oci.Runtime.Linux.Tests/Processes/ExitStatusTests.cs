using Oci.Runtime.Linux.Processes;

namespace Oci.Runtime.Linux.Tests.Processes;

public sealed class ExitStatusTests
{
    [Fact]
    public void Default_IsUnknown()
    {
        Assert.Equal(ExitStatus.Unknown, default);
        Assert.True(ExitStatus.Unknown is { IsKnown: false, Code: null, Signal: null, IsSuccess: false, ShellCode: -1 });
        Assert.Equal("unknown", ExitStatus.Unknown.ToString());
    }

    [Theory]
    [InlineData(0x0000, 0, null, 0, "exit code 0")]
    [InlineData(0x0700, 7, null, 7, "exit code 7")]
    [InlineData(0xFF00, 255, null, 255, "exit code 255")]
    [InlineData(0x0009, null, 9, 137, "signal 9")]
    [InlineData(0x008B, null, 11, 139, "signal 11")]
    public void FromWaitStatus_Status_IsTakenApart(int status, int? code, int? signal, int shell, string text)
    {
        ExitStatus exit = ExitStatus.FromWaitStatus(status);

        Assert.Equal((code, signal, shell, text), (exit.Code, exit.Signal, exit.ShellCode, exit.ToString()));
        Assert.Equal(code == 0, exit.IsSuccess);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(256)]
    public void FromCode_OutOfRange_Throws(int code) => Assert.Throws<ArgumentOutOfRangeException>(() => ExitStatus.FromCode(code));

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    public void FromSignal_OutOfRange_Throws(int signal) => Assert.Throws<ArgumentOutOfRangeException>(() => ExitStatus.FromSignal(signal));
}
