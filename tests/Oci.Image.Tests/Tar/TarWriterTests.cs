using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Oci.Image.Tar;

namespace Oci.Image.Tests.Tar;

public sealed class TarWriterTests
{
    private static readonly DateTimeOffset Then = new(2001, 2, 3, 4, 5, 6, TimeSpan.Zero);

    [Fact]
    public async Task WriteEntryAsync_FitsUstar_IsOneBlock()
    {
        byte[] archive = await WriteAsync(async w => await w.WriteEntryAsync(Header("dir/file", size: 3), "abc"u8.ToArray()));
        Assert.Equal(512 + 512 + 1024, archive.Length);
        Assert.Equal((byte)'0', archive[156]);
        Assert.Equal("ustar\000", Encoding.ASCII.GetString(archive, 257, 8));
        Assert.Equal("abc\0", Encoding.ASCII.GetString(archive, 512, 4));
        Assert.Equal("0000644\0", Encoding.ASCII.GetString(archive, 100, 8));
    }

    [Fact]
    public async Task WriteEntryAsync_SameEntries_GiveBytesThatNeverChange()
    {
        byte[] archive = await WriteAsync(WriteSampleAsync);
        // Pinned: a change of this digest changes the DiffID of every layer that users rebuild.
        Assert.Equal("4357b4cb", Convert.ToHexStringLower(SHA256.HashData(archive))[..8]);
    }

    [Theory]
    [InlineData(100, false)]
    [InlineData(101, true)]
    public async Task WriteEntryAsync_LongNameWithoutSlash_GoesToPax(int length, bool pax)
    {
        byte[] archive = await WriteAsync(async w => await w.WriteEntryAsync(Header(new string('n', length))));
        Assert.Equal(pax ? 'x' : '0', (char)archive[156]);
        await CheckNameAsync(archive, new string('n', length));
    }

    [Theory]
    [InlineData(155, 100, false)]
    [InlineData(156, 100, true)]
    [InlineData(155, 101, true)]
    [InlineData(1, 100, false)]
    public async Task WriteEntryAsync_LongNameWithSlash_IsSplitWhereItFits(int prefix, int rest, bool pax)
    {
        string name = new string('p', prefix) + "/" + new string('n', rest);
        byte[] archive = await WriteAsync(async w => await w.WriteEntryAsync(Header(name)));
        Assert.Equal(pax ? 'x' : '0', (char)archive[156]);
        await CheckNameAsync(archive, name);
    }

    [Theory]
    [InlineData("/", 101)]
    [InlineData("d", 100)]
    public async Task WriteEntryAsync_LongDirectory_KeepsItsName(string start, int length)
    {
        TarHeader header = Header(start + new string('d', length) + "/");
        header.Type = TarEntryType.Directory;
        byte[] archive = await WriteAsync(async w => await w.WriteEntryAsync(header));
        await CheckNameAsync(archive, start + new string('d', length) + "/");
    }

    [Fact]
    public async Task WriteEntryAsync_DirectoryWithoutSlash_GetsOne()
    {
        TarHeader header = Header("dir");
        header.Type = TarEntryType.Directory;
        await CheckNameAsync(await WriteAsync(async w => await w.WriteEntryAsync(header)), "dir/");
    }

    [Fact]
    public async Task WriteEntryAsync_StreamTooShortOrTooLong_Throws()
    {
        foreach (int actual in new[] { 2, 4 })
        {
            await using var writer = new TarWriter(new MemoryStream());
            InvalidDataException e = await Assert.ThrowsAsync<InvalidDataException>(async () => await writer.WriteEntryAsync(Header("file", size: 3), new MemoryStream(new byte[actual])));
            Assert.Contains("file", e.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await writer.WriteEntryAsync(Header("next")));
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await writer.CompleteAsync());
        }
    }

    public static TheoryData<string, Action<TarHeader>> Unwritable => new()
    {
        { "empty name", h => h.Name = default },
        { "NUL in the name", h => h.Name = "a\0b"u8.ToArray() },
        { "NUL in the owner's name", h => h.UserName = "\0"u8.ToArray() },
        { "size without content", h => { h.Type = TarEntryType.Directory; h.Size = 1; } },
        { "negative size", h => h.Size = -1 },
        { "negative owner", h => h.Uid = -1 },
        { "mode out of range", h => h.Mode = 0x1000 },
        { "device out of range", h => h.DevMajor = 0x200000 },
        { "link without target", h => h.Type = TarEntryType.HardLink },
        { "target without link", h => h.LinkName = "t"u8.ToArray() },
        { "unknown type", h => h.Type = (TarEntryType)'V' },
        { "xattr twice", h => { h.Xattrs.Add(Xattr("a", "1")); h.Xattrs.Add(Xattr("a", "2")); } },
        { "xattr with =", h => h.Xattrs.Add(Xattr("a=b", "1")) },
        { "xattr without name", h => h.Xattrs.Add(Xattr("", "1")) },
        { "too many bytes of xattrs", h => h.Xattrs.Add(Xattr("a", new string('v', 1024 * 1024))) },
    };

    [Theory]
    [MemberData(nameof(Unwritable), DisableDiscoveryEnumeration = true)]
    public async Task WriteEntryAsync_Unwritable_ThrowsAndWritesNothing(string what, Action<TarHeader> change)
    {
        await using var writer = new TarWriter(new MemoryStream());
        TarHeader header = Header("a");
        change(header);
        await Assert.ThrowsAsync<ArgumentException>(async () => await writer.WriteEntryAsync(header, Stream.Null));
        Assert.True(writer.Position == 0, what);
        await writer.WriteEntryAsync(Header("b"));
    }

    [Fact]
    public void WriteEntryAsync_AnyHeader_IsReadBackTheSame() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte[] Name, byte[] Link, int[] Numbers, byte[][] Xattrs, byte[] Content)>(), t =>
        {
            if (t.Name is null || t.Link is null || t.Numbers is null || t.Xattrs is null || t.Content is null)
            {
                return true;
            }
            int Number(int i) => i < t.Numbers.Length ? t.Numbers[i] : 0;
            bool isLink = t.Link.Any(b => b != 0);
            var header = new TarHeader
            {
                Name = (byte[])[(byte)'n', .. Repeat(t.Name.Where(b => b != 0).ToArray(), Number(0))],
                LinkName = isLink ? Repeat(t.Link.Where(b => b != 0).ToArray(), Number(1)) : default(ReadOnlyMemory<byte>),
                Type = isLink ? (Number(2) % 2 == 0 ? TarEntryType.HardLink : TarEntryType.SymbolicLink) : TarEntryType.File,
                UserName = t.Link.Where(b => b != 0).ToArray(),
                GroupName = t.Name.Where(b => b != 0).ToArray(),
                Mode = Number(3) & 0xfff,
                Uid = (uint)Number(4) * (long)Math.Abs(Number(5) % 4),
                Gid = (uint)Number(5) * (long)Math.Abs(Number(4) % 4),
                ModifiedTime = new TarTime(Number(6) * 1_000_003L, Math.Abs(Number(7) % 1_000_000_000)),
                AccessTime = Number(8) % 2 == 0 ? null : new TarTime(-Number(8), Math.Abs(Number(9) % 1_000) * 1_000_000),
                Size = isLink ? 0 : t.Content.Length,
            };
            for (int i = 0; i < t.Xattrs.Length; i++)
            {
                header.Xattrs.Add(new TarXattr(Encoding.ASCII.GetBytes($"user.{i:D4}"), t.Xattrs[i] ?? []));
            }
            CheckRoundTripAsync(header, isLink ? [] : t.Content).GetAwaiter().GetResult();
            return true;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("tar")]
    [InlineData("bsdtar")]
    public async Task WriteEntryAsync_OtherTools_ListAndExtractTheSame(string tool)
    {
        string path = Requires.Tool(tool);
        using var temp = new TempDirectory();
        await File.WriteAllBytesAsync(temp.Combine("a.tar"), await WriteAsync(WriteSampleAsync));
        ToolResult list = (await ToolResult.RunAsync(path, ["-tf", temp.Combine("a.tar")], environment: new Dictionary<string, string?> { ["LC_ALL"] = "C.UTF-8" })).EnsureSuccess();
        Assert.Equal("", list.Error);
        Assert.Equal(["dir/", "dir/file", "dir/hard", "dir/link", "fifo", "long/" + new string('n', 200)], list.Output.TrimEnd().Split('\n'));

        Directory.CreateDirectory(temp.Combine("out"));
        (await ToolResult.RunAsync(path, ["-C", temp.Combine("out"), "-xf", temp.Combine("a.tar"), "--no-same-owner"])).EnsureSuccess();
        Assert.Equal("content", await File.ReadAllTextAsync(temp.Combine("out", "dir", "hard")));
        Assert.Equal("file", new FileInfo(temp.Combine("out", "dir", "link")).LinkTarget);
        // A tick is 100 ns: the last two digits of the nanoseconds are not seen here.
        Assert.Equal(Then.UtcDateTime.AddTicks(1_234_567), File.GetLastWriteTimeUtc(temp.Combine("out", "dir", "file")));
        Assert.Equal("deep", await File.ReadAllTextAsync(temp.Combine("out", "long", new string('n', 200))));
    }

    [Theory]
    [InlineData("tar")]
    [InlineData("bsdtar")]
    public async Task WriteEntryAsync_NameThatIsNotUtf8_IsTheSameFileToOtherTools(string tool)
    {
        string path = Requires.Tool(tool);
        using var temp = new TempDirectory();
        var header = new TarHeader { Name = (byte[])[.. "caf"u8, 0xe9, (byte)' ', 0xff], Size = 3 };
        await File.WriteAllBytesAsync(temp.Combine("a.tar"), await WriteAsync(async w => await w.WriteEntryAsync(header, "abc"u8.ToArray())));
        var c = new Dictionary<string, string?> { ["LC_ALL"] = "C" };
        Directory.CreateDirectory(temp.Combine("out"));
        try
        {
            // bsdtar warns that it cannot convert the name, and extracts it.
            await ToolResult.RunAsync(path, ["-C", temp.Combine("out"), "-xf", temp.Combine("a.tar"), "--no-same-owner"], environment: c);
            (await ToolResult.RunAsync(path, ["-C", temp.Combine("out"), "-cf", temp.Combine("b.tar"), "--format=ustar", "."], environment: c)).EnsureSuccess();
        }
        finally
        {
            // .NET's own file calls cannot name such a file.
            await ToolResult.RunAsync("rm", ["-rf", temp.Combine("out")]);
        }
        await using var reader = new TarReader(File.OpenRead(temp.Combine("b.tar")));
        Assert.True(await reader.ReadAsync());
        Assert.True(await reader.ReadAsync());
        Assert.Equal((byte[])[.. "./"u8, .. header.Name.Span], reader.Entry.Name.ToArray());
    }

    [Theory]
    [InlineData("tar", "--xattrs")]
    [InlineData("bsdtar", "--xattrs")]
    public async Task WriteEntryAsync_BinaryXattr_SurvivesExtractAndRepackByOtherTools(string tool, string option)
    {
        string path = Requires.Tool(tool);
        using var temp = new TempDirectory();
        byte[] value = [0, 1, 2, (byte)'=', (byte)'\n', 0xff, 0x80, 0];
        var header = new TarHeader { Name = "file"u8.ToArray(), Xattrs = { new TarXattr("user.oci-test"u8.ToArray(), value) } };
        await File.WriteAllBytesAsync(temp.Combine("a.tar"), await WriteAsync(async w => await w.WriteEntryAsync(header)));
        Directory.CreateDirectory(temp.Combine("out"));
        ToolResult extract = await ToolResult.RunAsync(path, ["-C", temp.Combine("out"), option, "-xf", temp.Combine("a.tar"), "--no-same-owner"]);
        Assert.SkipWhen(extract.Error.Contains("not supported", StringComparison.OrdinalIgnoreCase), "This file system has no extended attributes.");
        extract.EnsureSuccess();
        (await ToolResult.RunAsync(path, ["-C", temp.Combine("out"), option, "--format=pax", "-cf", temp.Combine("b.tar"), "file"])).EnsureSuccess();
        await using var reader = new TarReader(File.OpenRead(temp.Combine("b.tar")));
        Assert.True(await reader.ReadAsync());
        Assert.Equal(1, reader.Entry.Xattrs.Length);
        Assert.Equal("user.oci-test"u8.ToArray(), reader.Entry.Xattrs[0].Name.ToArray());
        Assert.Equal(value, reader.Entry.Xattrs[0].Value.ToArray());
    }

    private static async ValueTask WriteSampleAsync(TarWriter writer)
    {
        await writer.WriteEntryAsync(new TarHeader { Name = "dir"u8.ToArray(), Type = TarEntryType.Directory, Mode = 0b111_101_101 });
        TarHeader file = Header("dir/file", size: 7);
        file.ModifiedTime = new TarTime(Then.ToUnixTimeSeconds(), 123_456_789);
        file.Xattrs.Add(Xattr("user.b", "2"));
        file.Xattrs.Add(Xattr("user.a", "1\0\n="));
        await writer.WriteEntryAsync(file, "content"u8.ToArray());
        await writer.WriteEntryAsync(new TarHeader { Name = "dir/hard"u8.ToArray(), LinkName = "dir/file"u8.ToArray(), Type = TarEntryType.HardLink });
        await writer.WriteEntryAsync(new TarHeader { Name = "dir/link"u8.ToArray(), LinkName = "file"u8.ToArray(), Type = TarEntryType.SymbolicLink, Mode = 0x1ff });
        await writer.WriteEntryAsync(new TarHeader { Name = "fifo"u8.ToArray(), Type = TarEntryType.Fifo });
        await writer.WriteEntryAsync(Header("long/" + new string('n', 200), size: 4), "deep"u8.ToArray());
    }

    private static async Task CheckRoundTripAsync(TarHeader header, byte[] content)
    {
        byte[] archive = await WriteAsync(async w => await w.WriteEntryAsync(header, new MemoryStream(content)));
        await using var reader = new TarReader(new MemoryStream(archive));
        Assert.True(await reader.ReadAsync());
        var back = new TarHeader(reader.Entry);
        Assert.Equal(header.Name.ToArray(), back.Name.ToArray());
        Assert.Equal(header.LinkName.ToArray(), back.LinkName.ToArray());
        Assert.Equal(header.UserName.ToArray(), back.UserName.ToArray());
        Assert.Equal(header.GroupName.ToArray(), back.GroupName.ToArray());
        Assert.Equal((header.Type, header.Mode, header.Uid, header.Gid, header.Size), (back.Type, back.Mode, back.Uid, back.Gid, back.Size));
        Assert.Equal((header.ModifiedTime, header.AccessTime), (back.ModifiedTime, back.AccessTime));
        Assert.Equal(header.Xattrs.Count, back.Xattrs.Count);
        for (int i = 0; i < header.Xattrs.Count; i++)
        {
            Assert.Equal(header.Xattrs[i].Name, back.Xattrs[i].Name);
            Assert.Equal(header.Xattrs[i].Value, back.Xattrs[i].Value);
        }
        var copy = new MemoryStream();
        await reader.CopyContentToAsync(copy);
        Assert.Equal(content, copy.ToArray());
        Assert.False(await reader.ReadAsync());
        Assert.Equal(archive.Length, reader.Position);
    }

    private static async Task CheckNameAsync(byte[] archive, string name)
    {
        await using var reader = new TarReader(new MemoryStream(archive));
        Assert.True(await reader.ReadAsync());
        Assert.Equal(name, Encoding.UTF8.GetString(reader.Entry.Name));
    }

    private static async Task<byte[]> WriteAsync(Func<TarWriter, ValueTask> write)
    {
        var archive = new MemoryStream();
        await using (var writer = new TarWriter(archive, leaveOpen: true))
        {
            await write(writer);
            await writer.CompleteAsync();
            Assert.Equal(archive.Length, writer.Position);
        }
        return archive.ToArray();
    }

    private static byte[] Repeat(byte[] bytes, int times) =>
        Enumerable.Repeat(bytes, 1 + Math.Abs(times % 20)).SelectMany(b => b).ToArray();

    private static TarHeader Header(string name, long size = 0) => new() { Name = Encoding.UTF8.GetBytes(name), Size = size };

    private static TarXattr Xattr(string name, string value) => new(TarBytes.Ascii(name), TarBytes.Ascii(value));
}
