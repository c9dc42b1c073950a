using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Oci.Image.Tar;

namespace Oci.Image.Tests.Tar;

public sealed class TarTimeTests
{
    [Theory]
    [InlineData("0", 0, 0)]
    [InlineData("12.5", 12, 500_000_000)]
    [InlineData("12.", 12, 0)]
    [InlineData("-0.5", -1, 500_000_000)]
    [InlineData("-1", -1, 0)]
    [InlineData("-1.000000001", -2, 999_999_999)]
    [InlineData("1.0000000019", 1, 1)]
    [InlineData("-1.0000000001", -2, 999_999_999)]
    [InlineData("-1.9999999999", -2, 0)]
    public void TryParse_PaxForm_IsRoundedDown(string text, long seconds, int nanoseconds)
    {
        Assert.True(TarTime.TryParse(Encoding.ASCII.GetBytes(text), out TarTime time));
        Assert.Equal(new TarTime(seconds, nanoseconds), time);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".5")]
    [InlineData("+1")]
    [InlineData("1e3")]
    [InlineData("1.2.3")]
    [InlineData("99999999999999999999")]
    public void TryParse_OtherText_IsRefused(string text) =>
        Assert.False(TarTime.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void ToString_AnyTime_IsReadBack() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(int Seconds, int Nanoseconds)>(), t =>
        {
            var time = new TarTime(t.Seconds, Math.Abs(t.Nanoseconds % 1_000_000_000));
            return TarTime.TryParse(Encoding.ASCII.GetBytes(time.ToString()), out TarTime back) && back == time;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void FromDateTimeOffset_Before1970_IsRoundedDown() =>
        Assert.Equal(new TarTime(-1, 999_999_900), TarTime.FromDateTimeOffset(DateTimeOffset.UnixEpoch.AddTicks(-1)));

    [Fact]
    public void CompareTo_Times_AreInOrder()
    {
        Assert.True(new TarTime(-1, 5).CompareTo(new TarTime(0)) < 0);
        Assert.True(new TarTime(1, 5).CompareTo(new TarTime(1, 4)) > 0);
    }
}
