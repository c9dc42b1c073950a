namespace Oci.Distribution.Tests;

public sealed class RegistryClientOptionsTests
{
    private readonly RegistryClientOptions _options = new();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a\r\nAuthorization: b")]
    [InlineData("ä")]
    public void UserAgent_ThatNoHeaderCanHold_IsRefused(string? value)
    {
        Assert.ThrowsAny<ArgumentException>(() => _options.UserAgent = value!);

        _options.UserAgent = "app/1.0 (build 7)";
        Assert.Equal("app/1.0 (build 7)", _options.UserAgent);
    }

    [Fact]
    public void TimeProvider_Null_IsRefused() => Assert.Throws<ArgumentNullException>(() => _options.TimeProvider = null!);
}
