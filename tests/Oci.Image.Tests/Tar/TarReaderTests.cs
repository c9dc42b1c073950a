using System.IO.Pipelines;
using System.Text;
using Oci.Image.Tar;
using static Oci.Testing.TarBytes;

namespace Oci.Image.Tests.Tar;

public sealed class TarReaderTests
{
    [Fact]
    public async Task ReadAsync_EmptyInput_EndsAtOnce()
    {
        await using var reader = new TarReader(new MemoryStream());
        Assert.False(await reader.ReadAsync());
        Assert.False(await reader.ReadAsync());
        Assert.Throws<InvalidOperationException>(() => reader.Entry);
    }

    [Fact]
    public async Task ReadAsync_UstarPrefix_JoinsTheName() =>
        await One(new TarBytes().Add("name", change: b => Put(b, 345, "some/prefix")), e => Assert.Equal("some/prefix/name", Text(e.Name)));

    [Fact]
    public async Task ReadAsync_StarPrefix_EndsBeforeStarsTimes() =>
        await One(new TarBytes().Add("n", change: b =>
        {
            Put(b, 345, new string('p', 131));
            Put(b, 476, "07346545000");
            Put(b, 508, "tar\0");
        }), e => Assert.Equal(new string('p', 131) + "/n", Text(e.Name)));

    [Fact]
    public async Task ReadAsync_GnuMagic_TakesNoPrefix() =>
        await One(new TarBytes().Add("name", magic: "ustar  ", change: b => Put(b, 345, "07346545000")), e => Assert.Equal("name", Text(e.Name)));

    [Fact]
    public async Task ReadAsync_FullNameField_NeedsNoNul() =>
        await One(new TarBytes().Add(new string('n', 100), link: new string('l', 100), type: '2'), e =>
        {
            Assert.Equal(new string('n', 100), Text(e.Name));
            Assert.Equal(new string('l', 100), Text(e.LinkName));
        });

    [Fact]
    public async Task ReadAsync_V7DirectoryWithSlash_IsADirectory() =>
        await One(new TarBytes().Add("d/", '\0', magic: ""), e => Assert.Equal(TarEntryType.Directory, e.Type));

    [Theory]
    [InlineData('\0', TarEntryType.File)]
    [InlineData('7', TarEntryType.File)]
    [InlineData('0', TarEntryType.File)]
    [InlineData('V', (TarEntryType)'V')]
    public async Task ReadAsync_TypesWithContent_KeepIt(char flag, TarEntryType type) =>
        await All(new TarBytes().Add("a", flag, Ascii("abc")).Add("next").End(),
            (e, content) => Assert.Equal((type, "abc", 3L), (e.Type, Text(content), e.Size)),
            (e, _) => Assert.Equal("next", Text(e.Name)));

    [Theory]
    [InlineData('1')]
    [InlineData('2')]
    [InlineData('3')]
    [InlineData('4')]
    [InlineData('5')]
    [InlineData('6')]
    public async Task ReadAsync_TypesWithoutContent_HaveNoneWhateverTheSizeSays(char flag) =>
        await All(new TarBytes().Pax(("size", "1234")).Add("a", flag, size: 512, link: "t").Add("next").End(),
            (e, content) => Assert.Equal((0L, 0L, 0), (e.Size, e.StoredSize, content.Length)),
            (e, _) => Assert.Equal("next", Text(e.Name)));

    [Fact]
    public async Task ReadAsync_PaxSize_WinsOverTheHeader() =>
        await All(new TarBytes().Pax(("size", "700")).Add("a", size: 3, content: new byte[700]).Add("next").End(),
            (e, content) => Assert.Equal((700L, 700), (e.Size, content.Length)),
            (e, _) => Assert.Equal("next", Text(e.Name)));

    [Fact]
    public async Task ReadAsync_PaxRecords_WinOverTheHeader() =>
        await One(new TarBytes().Pax(
                ("path", "long\u00ff/name"), ("uid", "4000000000"), ("gid", "-2"), ("uname", "u"), ("gname", "g"),
                ("mtime", "-1.5"), ("atime", "12.000000001"), ("SCHILY.devmajor", "70000"), ("SCHILY.devminor", "9"), ("comment", "x"))
            .Add("short", '3'), e =>
            {
                Assert.Equal("long\u00ff/name", Text(e.Name));
                Assert.Equal((4_000_000_000, -2L), (e.Uid, e.Gid));
                Assert.Equal(("u", "g"), (Text(e.UserName), Text(e.GroupName)));
                Assert.Equal(new TarTime(-2, 500_000_000), e.ModifiedTime);
                Assert.Equal(new TarTime(12, 1), e.AccessTime);
                Assert.Equal((70_000u, 9u), (e.DevMajor, e.DevMinor));
            });

    [Theory]
    [InlineData('1', "target")]
    [InlineData('2', "target")]
    [InlineData('0', "")]
    [InlineData('5', "")]
    public async Task ReadAsync_PaxLinkPath_IsTheTargetOfALinkAndOfNothingElse(char flag, string target) =>
        await One(new TarBytes().Pax(("linkpath", "target")).Add("a", flag, link: "other"), e => Assert.Equal(target, Text(e.LinkName)));

    [Fact]
    public async Task ReadAsync_V7Device_HasNoNumbers() =>
        await One(new TarBytes().Add("a", '3', magic: "", change: b => Put(b, 329, "0000001\00000003\0")), e => Assert.Equal((0u, 0u), (e.DevMajor, e.DevMinor)));

    [Fact]
    public async Task ReadAsync_PaxRecords_HoldForOneEntry() =>
        await All(new TarBytes().Pax(("path", "p"), ("SCHILY.xattr.user.a", "v"), ("atime", "1")).Add("a").Add("b").End(),
            (e, _) => Assert.Equal(1, e.Xattrs.Length),
            (e, _) =>
            {
                Assert.Equal("b", Text(e.Name));
                Assert.Equal(0, e.Xattrs.Length);
                Assert.Null(e.AccessTime);
            });

    [Fact]
    public async Task ReadAsync_DuplicatePaxKeys_TheLastWins() =>
        await One(new TarBytes().Pax(("path", "first"), ("path", "second"), ("SCHILY.xattr.user.a", "1"), ("SCHILY.xattr.user.a", "2")).Add("a"), e =>
        {
            Assert.Equal("second", Text(e.Name));
            Assert.Equal(1, e.Xattrs.Length);
            Assert.Equal("2", Text(e.Xattrs[0].Value));
        });

    [Fact]
    public async Task ReadAsync_EmptyPaxValue_MeansNotGiven() =>
        await One(new TarBytes().Pax(("path", ""), ("mtime", "")).Add("a"), e =>
        {
            Assert.Equal("a", Text(e.Name));
            Assert.Equal(1_000_000_000, e.ModifiedTime.Seconds);
        });

    [Fact]
    public async Task ReadAsync_BinaryXattr_IsKeptByteForByte()
    {
        // A file capability: revision 2, with NUL, newline, '=' and bytes above 127 among its bytes.
        string value = "\u0001\0\0\u0002\0\n=\0\u00ff\u0080\0\0\0\0\0\0\0\0\0\0";
        await One(new TarBytes().Pax(("SCHILY.xattr.security.capability", value), ("SCHILY.xattr.user.empty", "")).Add("a"), e =>
        {
            Assert.Equal("security.capability", Text(e.Xattrs[0].Name));
            Assert.Equal(Ascii(value), e.Xattrs[0].Value.ToArray());
            Assert.Equal("user.empty", Text(e.Xattrs[1].Name));
            Assert.Equal(0, e.Xattrs[1].Value.Length);
        });
    }

    [Fact]
    public async Task ReadAsync_GlobalHeader_HoldsForTheRestAndLocalWins() =>
        await All(new TarBytes().Pax('g', ("uid", "7"), ("uname", "all")).Add("a").Pax(("uid", "8")).Add("b").Pax('g', ("uid", "9")).Add("c").End(),
            (e, _) => Assert.Equal((7L, "all"), (e.Uid, Text(e.UserName))),
            (e, _) => Assert.Equal((8L, "all"), (e.Uid, Text(e.UserName))),
            (e, _) => Assert.Equal((9L, "all"), (e.Uid, Text(e.UserName))));

    [Fact]
    public async Task ReadAsync_GnuLongNames_AreWhole()
    {
        string name = new('n', 5000), link = new('l', 600);
        await One(new TarBytes().Add("././@LongLink", 'K', Ascii(link + "\0"), magic: "ustar  ").Add("././@LongLink", 'L', Ascii(name + "\0"), magic: "ustar  ").Add("cut", '1', link: "cut"), e =>
        {
            Assert.Equal(name, Text(e.Name));
            Assert.Equal(link, Text(e.LinkName));
        });
    }

    [Fact]
    public async Task ReadAsync_Base256_ReadsPositiveAndNegative() =>
        await One(new TarBytes().Add("a", change: b =>
        {
            new byte[] { 0x80, 0, 0, 0, 0xee, 0x6b, 0x28, 0 }.CopyTo(b, 108);
            new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe }.CopyTo(b, 116);
            Enumerable.Repeat((byte)0xff, 12).ToArray().CopyTo(b, 136);
        }), e => Assert.Equal((4_000_000_000, -2L, -1L), (e.Uid, e.Gid, e.ModifiedTime.Seconds)));

    [Fact]
    public async Task ReadAsync_SignedChecksum_IsAccepted() =>
        await One(new TarBytes().Add("n\u00e4me", signedSum: true), e => Assert.Equal("n\u00e4me", Text(e.Name)));

    [Fact]
    public async Task ReadAsync_NumbersWithSpaces_AreRead() =>
        await One(new TarBytes().Add("a", change: b => Put(b, 100, "   755 \0")), e => Assert.Equal(Convert.ToInt32("755", 8), e.Mode));

    [Fact]
    public async Task ReadAsync_FileTypeBitsInTheMode_AreCut() =>
        await One(new TarBytes().Add("a", change: b => Put(b, 100, "0104755\0")), e => Assert.Equal(Convert.ToInt32("4755", 8), e.Mode));

    [Fact]
    public async Task ReadAsync_NoEndMarker_EndsWithTheInput() =>
        await All(new TarBytes().Add("a", content: [1]), (e, _) => Assert.Equal("a", Text(e.Name)));

    [Fact]
    public async Task ReadAsync_LoneZeroBlockAtTheEnd_Ends() =>
        await All(new TarBytes().Add("a").Raw(new byte[512]), (e, _) => Assert.Equal("a", Text(e.Name)));

    [Fact]
    public async Task ReadAsync_AfterTheEndMarker_ReadsNoMore() =>
        await All(new TarBytes().Add("a").End().Add("hidden"), (e, _) => Assert.Equal("a", Text(e.Name)));

    [Fact]
    public async Task ReadAsync_OneByteAtATime_GivesTheSame()
    {
        byte[] archive = new TarBytes().Pax(("path", "p")).Add("a", content: Ascii("content")).Add("b").End().ToArray();
        await using var reader = new TarReader(new OneByteStream(new MemoryStream(archive)));
        Assert.True(await reader.ReadAsync());
        var copy = new MemoryStream();
        await reader.CopyContentToAsync(copy);
        Assert.Equal(("p", "content"), (Text(reader.Entry.Name), Text(copy.ToArray())));
        Assert.True(await reader.ReadAsync());
        Assert.False(await reader.ReadAsync());
    }

    [Fact]
    public async Task ReadContentAsync_HalfRead_TheRestIsPassedOver()
    {
        await using var reader = new TarReader(new TarBytes().Add("a", content: new byte[5000]).Add("b").End().ToStream());
        Assert.True(await reader.ReadAsync());
        Assert.Equal(10, await reader.ReadContentAsync(new byte[10]));
        Assert.False((await reader.ReadContentAsync()).IsEmpty);
        Assert.Equal(10, reader.ContentOffset);
        reader.AdvanceContent(100);
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.AdvanceContent(long.MaxValue));
        Assert.True(await reader.ReadAsync());
        Assert.Equal("b", Text(reader.Entry.Name));
    }

    [Fact]
    public async Task ReadAsync_Cancelled_GivesTheCallersToken()
    {
        var pipe = new Pipe();
        await using var reader = new TarReader(pipe.Reader);
        using var cancellation = new CancellationTokenSource();
        ValueTask<bool> read = reader.ReadAsync(cancellation.Token);
        cancellation.Cancel();
        OperationCanceledException e = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await read);
        Assert.Equal(cancellation.Token, e.CancellationToken);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ReadAsync());
    }

    [Fact]
    public async Task DisposeAsync_LeaveOpen_ThePipeGoesOnAfterWhatWasRead()
    {
        var pipe = PipeReader.Create(new TarBytes().Add("a").End().Raw(Ascii("rest")).ToStream());
        await using (var reader = new TarReader(pipe, leaveOpen: true))
        {
            Assert.True(await reader.ReadAsync());
            Assert.False(await reader.ReadAsync());
        }
        ReadResult rest = await pipe.ReadAsync();
        Assert.Equal("rest", Encoding.ASCII.GetString(rest.Buffer));
        await pipe.CompleteAsync();
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private static Task One(TarBytes archive, Action<TarEntry> check) => All(archive.End(), (e, _) => check(e));

    private static async Task All(TarBytes archive, params Action<TarEntry, byte[]>[] checks)
    {
        await using var reader = new TarReader(archive.ToStream());
        foreach (Action<TarEntry, byte[]> check in checks)
        {
            Assert.True(await reader.ReadAsync());
            var content = new MemoryStream();
            await reader.CopyContentToAsync(content);
            check(reader.Entry, content.ToArray());
        }
        Assert.False(await reader.ReadAsync());
    }
}
