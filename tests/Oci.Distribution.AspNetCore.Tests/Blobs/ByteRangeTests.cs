using FsCheck;
using FsCheck.Fluent;
using Oci.Distribution.AspNetCore.Blobs;

namespace Oci.Distribution.AspNetCore.Tests.Blobs;

public sealed class ByteRangeTests
{
    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=0-99", 0, 100)]
    [InlineData("bytes=10-", 10, 90)]
    [InlineData("bytes=-10", 90, 10)]
    [InlineData("bytes=-1000", 0, 100)]
    [InlineData("bytes=99-500", 99, 1)]
    [InlineData("bytes=0-99999999999999999999", 0, 100)]
    [InlineData("BYTES=5-6", 5, 2)]
    [InlineData("bytes= 5-6 ,", 5, 2)]
    public void Parse_RangeInTheContent_IsThatPart(string header, long offset, long length)
    {
        Assert.Equal(ByteRangeResult.Part, ByteRange.Parse(header, 100, out ByteRange range));
        Assert.Equal(new ByteRange(offset, length), range);
    }

    [Theory]
    [InlineData("bytes=1-2,900-901")]
    [InlineData("bytes=500-0,1-2")]
    [InlineData("bytes=,1-2,")]
    public void Parse_OneOfSeveralThatCanBe_IsThatPart(string header)
    {
        Assert.Equal(ByteRangeResult.Part, ByteRange.Parse(header, 100, out ByteRange range));
        Assert.Equal(new ByteRange(1, 2), range);
    }

    [Theory]
    [InlineData("bytes=500-0")]
    [InlineData("bytes=100-")]
    [InlineData("bytes=100-200")]
    [InlineData("bytes=-0")]
    [InlineData("bytes=")]
    [InlineData("bytes=,")]
    [InlineData("bytes=-")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=1--2")]
    [InlineData("bytes=+1-2")]
    [InlineData("bytes=900-901,902-")]
    [InlineData("bytes=99999999999999999999-")]
    public void Parse_RangeThatCannotBe_IsNotSatisfiable(string header) =>
        Assert.Equal(ByteRangeResult.NotSatisfiable, ByteRange.Parse(header, 100, out _));

    [Theory]
    [InlineData("items=0-5")]
    [InlineData("nonsense")]
    [InlineData("bytes=0-1,5-6")]
    public void Parse_OtherUnitOrSeveralRanges_IsTheWhole(string header) =>
        Assert.Equal(ByteRangeResult.Whole, ByteRange.Parse(header, 100, out _));

    [Fact]
    public void Parse_EmptyContent_IsNeverAPart() =>
        Assert.Equal(ByteRangeResult.NotSatisfiable, ByteRange.Parse("bytes=0-", 0, out _));

    [Fact]
    public void Parse_AnyText_GivesAPartWithinTheContentOrNone()
    {
        Arbitrary<(string Text, long Size)> cases =
            (from chars in Gen.Elements('0', '1', '9', '-', ',', ' ', 'x').ArrayOf()
             from size in Gen.Choose(0, 200)
             select ("bytes=" + new string(chars), (long)size)).ToArbitrary();
        Prop.ForAll(cases, test => ByteRange.Parse(test.Text, test.Size, out ByteRange range) != ByteRangeResult.Part
                || range.Offset >= 0 && range.Length >= 1 && range.Offset + range.Length <= test.Size)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }
}
