namespace Oci.Image.Tests;

public sealed class VerifyingStreamTests
{
    private static readonly Descriptor Hello = Descriptor.Create(MediaTypes.OctetStream, "hello"u8);

    [Fact]
    public async Task ReadAsync_OfGoodContent_GivesItByteByByte()
    {
        await using var stream = new VerifyingStream(new OneByteStream(new MemoryStream("hello"u8.ToArray())), Hello);
        var read = new byte[10];

        int count = await stream.ReadAtLeastAsync(read, 10, throwOnEndOfStream: false);

        Assert.Equal(5, count);
        Assert.Equal(0, stream.Read(read, 0, 10));
    }

    [Fact]
    public void Read_OfAFlippedBit_ThrowsInPlaceOfTheLastByteAndEverAfter()
    {
        using var stream = new VerifyingStream(new OneByteStream(new MemoryStream("hellO"u8.ToArray())), Hello);
        var read = new byte[10];
        stream.ReadExactly(read, 0, 4);

        var e = Assert.Throws<ContentMismatchException>(() => stream.Read(read, 0, 1));

        Assert.Equal(Hello.Digest, e.Expected);
        Assert.Equal(Digest.Compute("hellO"u8), e.Actual);
        Assert.Throws<ContentMismatchException>(() => stream.Read(read, 0, 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hell")]
    [InlineData("hello!")]
    public void Read_OfAnotherSize_ThrowsBeforeTheEnd(string content)
    {
        using var stream = new VerifyingStream(new MemoryStream(System.Text.Encoding.ASCII.GetBytes(content)), Hello);

        var e = Assert.Throws<ContentMismatchException>(() => stream.CopyTo(Stream.Null));

        Assert.Equal(content.Length, e.ActualSize);
        Assert.Equal(5, e.ExpectedSize);
    }

    [Fact]
    public void Read_OfEmptyContentUnderAnotherDigest_ThrowsAtOnce()
    {
        using var stream = new VerifyingStream(Stream.Null, Hello with { Size = 0 });

        Assert.Throws<ContentMismatchException>(() => stream.Read(new byte[1], 0, 1));
    }

    // A failed check resets the hash, which then is that of no content.
    [Fact]
    public void Read_AfterAMismatch_DoesNotTakeTheEmptyDigest()
    {
        using var stream = new VerifyingStream(new MemoryStream("hello"u8.ToArray()), Hello with { Digest = Digest.Compute([]) });
        Assert.Throws<ContentMismatchException>(() => stream.Read(new byte[10], 0, 10));

        Assert.Throws<ContentMismatchException>(() => stream.Read(new byte[10], 0, 10));
    }

    [Fact]
    public void Dispose_LeavesOpenOnlyWhenTold()
    {
        var kept = new MemoryStream();
        var owned = new MemoryStream();

        new VerifyingStream(kept, Hello, leaveOpen: true).Dispose();
        new VerifyingStream(owned, Hello).Dispose();

        Assert.True(kept.CanRead);
        Assert.False(owned.CanRead);
    }

    [Fact]
    public void Constructor_WithADigestThatCannotBeComputed_Throws() =>
        Assert.Throws<NotSupportedException>(() => new VerifyingStream(Stream.Null, Hello with { Digest = Digest.Parse("blake3:" + new string('a', 64)) }));
}
