using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Oci.Image.Tests;

public sealed class Rfc3339TimeTests
{
    [Theory]
    [InlineData("2024-05-01T10:00:00Z", "2024-05-01T10:00:00.0000000+00:00")]
    [InlineData("2024-05-01t10:00:00z", "2024-05-01T10:00:00.0000000+00:00")]
    [InlineData("2024-05-01T10:00:00.123456789Z", "2024-05-01T10:00:00.1234567+00:00")]
    [InlineData("2024-05-01T10:00:00.1+05:30", "2024-05-01T10:00:00.1000000+05:30")]
    [InlineData("2024-05-01T10:00:00-00:00", "2024-05-01T10:00:00.0000000+00:00")]
    [InlineData("2024-05-01T10:00:00+23:59", "2024-04-30T10:01:00.0000000+00:00")]
    [InlineData("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.9999999+00:00")]
    [InlineData("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.0000000+00:00")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000+00:00")]
    [InlineData("0001-01-01T00:00:00+01:00", "0001-01-01T00:00:00.0000000+00:00")]
    [InlineData("0000-02-29T00:00:00Z", "0001-01-01T00:00:00.0000000+00:00")]
    [InlineData("9999-12-31T23:59:60-14:00", "9999-12-31T23:59:59.9999999+00:00")]
    public void TryParse_OfATime_KeepsTextAndValue(string text, string value)
    {
        Assert.True(Rfc3339Time.TryParse(text, out Rfc3339Time time));

        Assert.Equal(text, time.Text);
        Assert.Equal(value, time.Value.ToString("O", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2024-05-01")]
    [InlineData("2024-05-01T10:00:00")]
    [InlineData("2024-05-01 10:00:00Z")]
    [InlineData("2024-05-01T10:00Z")]
    [InlineData("2024-05-01T10:00:00.Z")]
    [InlineData("2024-05-01T10:00:00,5Z")]
    [InlineData("2024-13-01T10:00:00Z")]
    [InlineData("2024-00-01T10:00:00Z")]
    [InlineData("2024-05-00T10:00:00Z")]
    [InlineData("2023-02-29T10:00:00Z")]
    [InlineData("0003-02-29T10:00:00Z")]
    [InlineData("2024-05-01T24:00:00Z")]
    [InlineData("2024-05-01T10:60:00Z")]
    [InlineData("2024-05-01T10:00:61Z")]
    [InlineData("2024-05-01T10:00:00+24:00")]
    [InlineData("2024-05-01T10:00:00+0100")]
    [InlineData("2024-05-01T10:00:00Z\n")]
    [InlineData("２024-05-01T10:00:00Z")]
    public void TryParse_OfWhatIsNone_IsFalse(string text) => Assert.False(Rfc3339Time.TryParse(text, out _));

    [Fact]
    public void TryParse_OfMoreDigitsThanAnyClockHas_IsFalse() => Assert.False(Rfc3339Time.TryParse($"2024-05-01T10:00:00.{new string('1', 100)}Z", out _));

    [Fact]
    public void From_AnyTime_IsReadAsTheSame() => Prop.ForAll(ArbMap.Default.ArbFor<DateTimeOffset>(), value =>
    {
        Assert.True(Rfc3339Time.TryParse(Rfc3339Time.From(value).Text, out Rfc3339Time again));
        Assert.Equal(value.UtcTicks, again.Value.UtcTicks);
    }).QuickCheckThrowOnFailure();
}
