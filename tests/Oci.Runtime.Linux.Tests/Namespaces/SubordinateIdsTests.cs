using FsCheck;
using FsCheck.Fluent;
using Oci.Runtime.Linux.Namespaces;

namespace Oci.Runtime.Linux.Tests.Namespaces;

public class SubordinateIdsTests
{
    [Fact]
    public void TryParseLine_Range_IsRead()
    {
        Assert.True(SubordinateIds.TryParseLine(" web:100000:65536 ", out SubordinateIds range));
        Assert.Equal(new SubordinateIds("web", 100000, 65536), range);
    }

    [Theory]
    [InlineData("")]
    [InlineData("#web:1:2")]
    [InlineData("web:1")]
    [InlineData("web:1:2:3")]
    [InlineData(":1:2")]
    [InlineData("web:-1:2")]
    [InlineData("web:1:0")]
    [InlineData("web:4294967295:1")]
    public void TryParseLine_NoRange_IsFalse(string line) => Assert.False(SubordinateIds.TryParseLine(line, out _));

    [Fact]
    public void ParseFile_NameAndNumber_AreBothTheUser() => Assert.Equal(
        [new SubordinateIds("web", 1, 2), new SubordinateIds("1000", 5, 6)],
        SubordinateIds.ParseFile("web:1:2\nother:3:4\nnonsense\n1000:5:6\n", "web", 1000));

    [Fact]
    public void TryParseLine_AnyText_DoesNotThrow() => Prop.ForAll(ArbMap.Default.ArbFor<string?>(), line =>
    {
        _ = SubordinateIds.TryParseLine(line, out _);
        _ = SubordinateIds.TryParseLine($"a:{line}:1", out _);
    }).QuickCheckThrowOnFailure();
}
