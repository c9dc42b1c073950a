using Oci.Image.Tar;
using static Oci.Testing.TarBytes;

namespace Oci.Image.Tests.Tar;

/// <summary>Archives that are cut, damaged or made to harm end in a <see cref="TarFormatException"/>.</summary>
public sealed class TarReaderHostileTests
{
    public static TheoryData<string, byte[]> Malformed()
    {
        var data = new TheoryData<string, byte[]>();
        void Add(string problem, TarBytes archive) => data.Add(problem, archive.ToArray());
        Add("checksum", new TarBytes().Raw(Ascii(new string('x', 512))));
        Add("not a number", new TarBytes().Add("a", change: b => Put(b, 124, "00000000009\0")));
        Add("not a number", new TarBytes().Add("a", change: b => b[124] = 0xc0));
        Add("impossible", new TarBytes().Add("a", change: b => Enumerable.Repeat((byte)0xff, 12).ToArray().CopyTo(b, 124)));
        Add("impossible", new TarBytes().Pax(("size", "9223372036854775807")).Add("a"));
        Add("impossible", new TarBytes().Pax(("size", "-1")).Add("a"));
        Add("not allowed", new TarBytes().Pax(("size", "1x")).Add("a"));
        Add("not allowed", new TarBytes().Pax(("path", "a\0b")).Add("a"));
        Add("not allowed", new TarBytes().Pax(("linkpath", "a\0b")).Add("a", '2'));
        Add("not allowed", new TarBytes().Pax(("mtime", "1.2.3")).Add("a"));
        Add("attribute", new TarBytes().Pax(("SCHILY.xattr.", "v")).Add("a"));
        Add("malformed", new TarBytes().Pax(("SCHILY.xattr.a\0b", "v")).Add("a"));
        Add("attributes", new TarBytes().Pax(Enumerable.Range(0, 257).Select(i => ($"SCHILY.xattr.user.{i}", "v")).ToArray()).Add("a"));
        Add("global", new TarBytes().Pax('g', ("size", "0")).Add("a"));
        Add("global", new TarBytes().Pax('g', ("path", "p")).Add("a"));
        Add("malformed", new TarBytes().Add("x", 'x', Ascii("11 path=abc")).Add("a"));
        Add("malformed", new TarBytes().Add("x", 'x', Ascii("99 path=abc\n")).Add("a"));
        Add("malformed", new TarBytes().Add("x", 'x', Ascii("+12 path=ab\n")).Add("a"));
        Add("malformed", new TarBytes().Add("x", 'x', Ascii("7 path\n")).Add("a"));
        Add("at most 1048576", new TarBytes().Add("x", 'x', size: 1024 * 1024 + 1));
        Add("at most 65536", new TarBytes().Add("x", 'L', size: 65537));
        Add("longer than the 65536", new TarBytes().Pax(("path", new string('n', 65537))).Add("a"));
        Add("malformed", new TarBytes().Pax(("path\0x", "other")).Add("a"));
        Add("no name", new TarBytes().Add(""));
        Add("two names", new TarBytes().Add("x", 'L', Ascii("long\0")).Pax(("path", "other")).Add("a"));
        Add("two names", new TarBytes().Pax(("linkpath", "other")).Add("x", 'K', Ascii("long\0")).Add("a", '2', link: "t"));
        Add("must follow", new TarBytes().Pax(("path", "p")));
        Add("must follow", new TarBytes().Add("x", 'L', Ascii("name\0")).End());
        Add("zeros", new TarBytes().Add("a").Raw(new byte[512]).Add("hidden").End());
        Add("device major number", new TarBytes().Add("a", '3', change: b => Enumerable.Repeat((byte)0xff, 8).ToArray().CopyTo(b, 329)));
        // Sparse maps that overlap, run backwards, or disagree with the sizes.
        Add("sparse map", new TarBytes().Pax(("GNU.sparse.map", "0,10,5,10"), ("GNU.sparse.size", "100")).Add("a", content: new byte[20]));
        Add("sparse map", new TarBytes().Pax(("GNU.sparse.map", "0,10"), ("GNU.sparse.size", "9")).Add("a", content: new byte[10]));
        Add("sparse map", new TarBytes().Pax(("GNU.sparse.map", "0,10"), ("GNU.sparse.size", "99")).Add("a", content: new byte[9]));
        Add("sparse map", new TarBytes().Pax(("GNU.sparse.map", "1,9223372036854775807"), ("GNU.sparse.size", "99")).Add("a", content: new byte[9]));
        Add("list of offsets", new TarBytes().Pax(("GNU.sparse.map", "0,10,"), ("GNU.sparse.size", "99")).Add("a", content: new byte[10]).Pax(("GNU.sparse.map", "1")).Add("b"));
        Add("no offset", new TarBytes().Pax(("GNU.sparse.numbytes", "1")).Add("a"));
        Add("no map", new TarBytes().Pax(("GNU.sparse.size", "1")).Add("a"));
        Add("real size is missing", new TarBytes().Pax(("GNU.sparse.map", "0,1")).Add("a", content: [1]));
        Add("not known", new TarBytes().Pax(("GNU.sparse.major", "2"), ("GNU.sparse.minor", "0")).Add("a"));
        Add("beyond the stored content", new TarBytes().Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.realsize", "9")).Add("a", content: Ascii("1\n")));
        Add("not a number", new TarBytes().Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.realsize", "9")).Add("a", content: Ascii("1\nx" + new string('\0', 509))));
        Add("not a number", new TarBytes().Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.realsize", "9")).Add("a", content: Ascii(new string('9', 512))));
        Add("sparse map", new TarBytes().Add("a", 'S', change: b => b[482] = 1));
        return data;
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task ReadAsync_Malformed_ThrowsWithTheFacts(string problem, byte[] archive)
    {
        TarFormatException e = await Assert.ThrowsAsync<TarFormatException>(() => ReadAllAsync(new MemoryStream(archive)));
        Assert.Contains(problem, e.Message, StringComparison.Ordinal);
        Assert.InRange(e.Offset, 0, archive.Length);
    }

    [Fact]
    public async Task ReadAsync_Malformed_NamesTheEntryWithoutControlCharacters()
    {
        byte[] archive = new TarBytes().Add("evil\u001b[2Jname", size: 700, content: [1]).ToArray();
        TarFormatException e = await Assert.ThrowsAsync<TarFormatException>(() => ReadAllAsync(new MemoryStream(archive)));
        Assert.Equal("evil\uFFFD[2Jname", e.EntryName);
        Assert.DoesNotContain('\u001b', e.Message);
    }

    [Fact]
    public async Task ReadAsync_ReadAfterAFailure_IsRefused()
    {
        await using var reader = new TarReader(new MemoryStream(new byte[100]));
        await Assert.ThrowsAsync<TarFormatException>(async () => await reader.ReadAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ReadAsync());
    }

    [Fact]
    public async Task ReadAsync_CutAtEveryByte_ThrowsOrEndsAtABorder()
    {
        (byte[] archive, HashSet<int> borders) = Sample();
        for (int length = 0; length < archive.Length; length++)
        {
            var cut = new MemoryStream(archive, 0, length);
            if (borders.Contains(length))
            {
                await ReadAllAsync(cut);
            }
            else
            {
                await Assert.ThrowsAsync<TarFormatException>(() => ReadAllAsync(cut));
            }
        }
    }

    [Fact]
    public async Task ReadAsync_EachBitFlipped_ThrowsOrReadsToTheEnd()
    {
        (byte[] archive, _) = Sample();
        int refused = 0;
        for (int bit = 0; bit < archive.Length * 8; bit++)
        {
            archive[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                await ReadAllAsync(new MemoryStream(archive));
            }
            catch (TarFormatException)
            {
                refused++;
            }
            archive[bit / 8] ^= (byte)(1 << (bit % 8));
        }
        Assert.True(refused > 4 * 512 * 8, "every flipped bit of a header is seen by its checksum");
    }

    [Fact]
    public async Task ReadAsync_SourceFails_TheSourcesExceptionComesOut()
    {
        await using var reader = new TarReader(new FailingStream(0));
        await Assert.ThrowsAsync<IOException>(async () => await reader.ReadAsync());
    }

    [Fact]
    public async Task ReadContentAsync_HugeHole_IsReadLazily()
    {
        await using var reader = new TarReader(new TarBytes().Pax(("GNU.sparse.map", "9223372036854775000,1"), ("GNU.sparse.size", "9223372036854775807")).Add("a", content: [7]).End().ToStream());
        Assert.True(await reader.ReadAsync());
        Assert.Equal(long.MaxValue, reader.Entry.Size);
        Assert.Equal(4096, await reader.ReadContentAsync(new byte[4096]));
        Assert.Equal([7], (await reader.ReadContentAsync()).FirstSpan.ToArray());
        Assert.Equal(9223372036854775000, reader.ContentOffset);
        Assert.False(await reader.ReadAsync());
    }

    /// <summary>An archive with one of each header form, and where cutting it leaves a whole archive.</summary>
    private static (byte[] Archive, HashSet<int> Borders) Sample()
    {
        var borders = new HashSet<int> { 0 };
        var archive = new TarBytes();
        void Border() => borders.Add(archive.ToArray().Length);
        archive.Add("a", content: Ascii("content"));
        Border();
        archive.Pax('g', ("comment", "c"));
        Border();
        archive.Pax(("path", "p"), ("SCHILY.xattr.user.a", "v"), ("mtime", "1.5")).Add("b");
        Border();
        archive.Add("x", 'L', Ascii("long\0")).Add("c", '2', link: "t");
        Border();
        archive.Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.realsize", "90")).Add("d", content: [.. Ascii("1\n4\n2\n"), .. new byte[506], 1, 2]);
        Border();
        archive.Raw(new byte[512]);
        Border();
        archive.Raw(new byte[512]);
        return (archive.ToArray(), borders);
    }

    private static async Task ReadAllAsync(Stream archive)
    {
        await using var reader = new TarReader(archive);
        while (await reader.ReadAsync())
        {
            while (!(await reader.ReadContentAsync()).IsEmpty)
            {
                reader.AdvanceContent(1);
            }
        }
    }
}
