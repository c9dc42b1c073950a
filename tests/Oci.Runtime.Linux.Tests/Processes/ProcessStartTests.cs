using FsCheck;
using FsCheck.Fluent;
using Oci.Runtime.Linux.Processes;

namespace Oci.Runtime.Linux.Tests.Processes;

public sealed class ProcessStartTests
{
    [Theory]
    [InlineData("42 (sh) S 1 42 42 0 -1 4194560 100 0 0 0 0 0 0 0 20 0 1 0 98765 1000 0", 98765)]
    [InlineData("42 (a ) (b)) S 1 42 42 0 -1 4194560 100 0 0 0 0 0 0 0 20 0 1 0 7 1000 0", 7)]
    public void Parse_Stat_GivesField22(string stat, ulong expected) => Assert.Equal(expected, ProcessStart.Parse(stat));

    [Fact]
    public void Parse_AnythingElse_IsInvalidData() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        {
            try
            {
                ProcessStart.Parse(text ?? "");
            }
            catch (Exception e) when (e is InvalidDataException or FormatException)
            {
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Read_OwnProcess_IsThereAndStays()
    {
        Requires.Linux();
        Assert.NotNull(ProcessStart.Read(Environment.ProcessId));
        Assert.Equal(ProcessStart.Read(Environment.ProcessId), ProcessStart.Read(Environment.ProcessId));
        Assert.Null(ProcessStart.Read(int.MaxValue));
    }
}
