using FsCheck;
using FsCheck.Fluent;
using Oci.Distribution.AspNetCore.Uploads;

namespace Oci.Distribution.AspNetCore.Tests.Uploads;

public sealed class ChunkRangeTests
{
    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1-")]
    [InlineData("-1")]
    [InlineData("2-1")]
    [InlineData("0-1 ")]
    [InlineData("bytes 0-1/2")]
    [InlineData("bytes=0-1")]
    [InlineData("0-1/2")]
    [InlineData("0x0-1")]
    [InlineData("0-9223372036854775807")]
    [InlineData("0-99999999999999999999")]
    [Must("spec.md#pushing-a-blob-in-chunks-5")]
    public void TryParse_NotOfTheSpecsForm_IsRefused(string text) => Assert.False(ChunkRange.TryParse(text, out _));

    [Fact]
    public void TryParse_AnyTwoNumbersInOrder_IsReadBack() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(NonNegativeInt Start, NonNegativeInt More)>(), pair =>
            ChunkRange.TryParse($"{pair.Start.Get}-{(long)pair.Start.Get + pair.More.Get}", out ChunkRange range)
            && range.Start == pair.Start.Get && range.Length == pair.More.Get + 1L).QuickCheckThrowOnFailure();
}
