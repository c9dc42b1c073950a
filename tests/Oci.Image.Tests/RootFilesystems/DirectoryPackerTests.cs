using System.Net.Sockets;
using System.Text;
using Oci.Common.Linux;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Tests.RootFilesystems;

public sealed class DirectoryPackerTests : IDisposable
{
    private readonly TempDirectory _temp = new();
    private readonly string _tree;

    public DirectoryPackerTests()
    {
        Requires.Linux();
        _tree = _temp.Combine("tree");
        Directory.CreateDirectory(_tree);
    }

    public void Dispose() => _temp.Dispose();

    [Fact]
    [Must("layer.md#distributable-format-1", "layer.md#distributable-format-2")]
    public async Task PackAsync_Tree_IsInTheOrderOfBytes()
    {
        Plant("b/z", "a.txt", "a/x", "Z", "a-b", "é", "b/a/c");

        Assert.Equal(["Z", "a/", "a/x", "a-b", "a.txt", "b/", "b/a/", "b/a/c", "b/z", "é"], await NamesAsync());
    }

    [Fact]
    public async Task PackAsync_HardLinks_AreLinksToTheFirstName()
    {
        Plant("b", "d");
        (await ToolResult.RunAsync("/bin/sh", ["-c", "cd \"$1\" && ln b a && ln b c && ln -s x s && ln s t", "sh", _tree])).EnsureSuccess();

        Assert.Equal(["a", "b => a", "c => a", "d", "s -> x", "t => s"], await NamesAsync());
    }

    [Fact]
    public async Task PackAsync_SameTreeAtOtherTimes_IsTheSameArchive()
    {
        Plant("a/b", "c");
        var options = new PackOptions { LatestTime = DateTimeOffset.FromUnixTimeSeconds(1_000_000_000), Owner = new FileOwner(5, 6) };
        byte[] first = await PackAsync(options);
        Directory.SetLastWriteTimeUtc(Path.Combine(_tree, "a"), new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        byte[] second = await PackAsync(options);

        Assert.Equal(first, second);
        await using var reader = new TarReader(new MemoryStream(first));
        Assert.True(await reader.ReadAsync());
        Assert.Equal((5L, 6L, new TarTime(1_000_000_000)), (reader.Entry.Uid, reader.Entry.Gid, reader.Entry.ModifiedTime));
    }

    [Fact]
    public async Task PackAsync_EarlierTime_IsKept()
    {
        Plant("a");
        File.SetLastWriteTimeUtc(Path.Combine(_tree, "a"), DateTime.UnixEpoch.AddSeconds(77.5));

        Assert.Equal(new TarTime(77), await FirstTimeAsync(new PackOptions { LatestTime = DateTimeOffset.FromUnixTimeSeconds(100) }));
        Assert.Equal(new TarTime(77, 500_000_000), await FirstTimeAsync(new PackOptions { KeepNanoseconds = true }));
    }

    [Fact]
    public async Task PackAsync_Exclude_LeavesOutWithAllBelow()
    {
        Plant("a/b/c", "a/d", "e");
        var asked = new List<string>();

        Assert.Equal(["a/", "a/d", "e"], await NamesAsync(new PackOptions
        {
            Exclude = path =>
            {
                asked.Add(path);
                return path == "a/b";
            },
        }));
        Assert.Equal(["a", "a/b", "a/d", "e"], asked);
    }

    [Fact]
    public async Task PackAsync_Socket_IsLeftOutAndReported()
    {
        Plant("a");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(_tree, "socket")));

        using var archive = new MemoryStream();
        await using var tar = new TarWriter(archive, leaveOpen: true);
        PackResult result = await new DirectoryPacker().PackAsync(_tree, tar);

        Assert.Equal((1L, 1L, "socket"), (result.Entries, result.SkippedSockets, result.FirstSkippedSocket));
    }

    [Fact]
    public async Task PackAsync_NameOfAWhiteout_IsRefused()
    {
        Plant("a/.wh.b");
        OciImageException exception = await Assert.ThrowsAsync<OciImageException>(() => PackAsync(new PackOptions()));
        Assert.Contains("'a/.wh.b'", exception.Message);
    }

    [Fact]
    public async Task PackAsync_NoSuchDirectory_Throws() =>
        await Assert.ThrowsAsync<FileNotFoundException>(() => new DirectoryPacker().PackAsync(_temp.Combine("none"), new TarWriter(Stream.Null)));

    [Fact]
    public async Task PackAsync_IncludeRoot_WritesItFirst()
    {
        Plant("a");
        Assert.Equal(["./", "a"], await NamesAsync(new PackOptions { IncludeRoot = true }));
    }

    [Fact]
    public async Task PackAsync_NotedOwner_IsTheOwner()
    {
        Plant("a");
        Errno errno = Libc.Lsetxattr(Encoding.UTF8.GetBytes(Path.Combine(_tree, "a") + '\0'), RootlessOwner.AttributeName, Convert.FromHexString("08E80710AC02"));
        Assert.SkipWhen(errno == Errno.EOPNOTSUPP, "Needs user.* extended attributes, which this file system lacks.");

        await using var reader = new TarReader(new MemoryStream(await PackAsync(new PackOptions())));
        Assert.True(await reader.ReadAsync());
        Assert.Equal((1000L, 300L, 0), (reader.Entry.Uid, reader.Entry.Gid, reader.Entry.Xattrs.Length));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(131_071)]
    [InlineData(131_072)]
    [InlineData(131_073)]
    [InlineData(1_000_000)]
    public async Task PackAsync_FileOfAnySize_IsWhole(int size)
    {
        byte[] content = new byte[size];
        new Random(size).NextBytes(content);
        File.WriteAllBytes(Path.Combine(_tree, "a"), content);

        await using var reader = new TarReader(new MemoryStream(await PackAsync(new PackOptions())));
        Assert.True(await reader.ReadAsync());
        var read = new MemoryStream();
        await reader.CopyContentToAsync(read);
        Assert.Equal(content, read.ToArray());
        Assert.False(await reader.ReadAsync());
    }

    /// <summary>What is packed and unpacked again must be packed to the same bytes.</summary>
    [Fact]
    [Must("layer.md#file-attributes-1")]
    public async Task PackAsync_OfWhatWasUnpacked_IsTheSameArchive()
    {
        const string Script = """
            cd "$1" && mkdir -p d/closed e && printf x > d/x && ln d/x e/y && ln -s ../d e/l && mkfifo d/f
            chmod 4711 d/x && chmod 500 d/closed && chmod 1777 e && touch -d '2001-02-03 04:05:06.123456789' d e/l
            """;
        (await ToolResult.RunAsync("/bin/sh", ["-c", Script, "sh", _tree])).EnsureSuccess();
        var options = new PackOptions { IncludeRoot = true, KeepNanoseconds = true, Owner = new FileOwner(0, 0) };
        byte[] first = await PackAsync(options);
        string root = _temp.Combine("root");
        await new ImageUnpacker().UnpackTarsAsync([new MemoryStream(first)], root);

        byte[] second = await PackAsync(options, root);

        Assert.Equal(first, second);
    }

    private void Plant(params string[] files)
    {
        foreach (string file in files)
        {
            string path = Path.Combine(_tree, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, file);
        }
    }

    private async Task<byte[]> PackAsync(PackOptions options, string? tree = null)
    {
        var archive = new MemoryStream();
        await using var tar = new TarWriter(archive, leaveOpen: true);
        await new DirectoryPacker(options).PackAsync(tree ?? _tree, tar);
        await tar.CompleteAsync();
        return archive.ToArray();
    }

    private async Task<TarTime> FirstTimeAsync(PackOptions options)
    {
        await using var reader = new TarReader(new MemoryStream(await PackAsync(options)));
        Assert.True(await reader.ReadAsync());
        return reader.Entry.ModifiedTime;
    }

    private async Task<string[]> NamesAsync(PackOptions? options = null)
    {
        var names = new List<string>();
        await using var reader = new TarReader(new MemoryStream(await PackAsync(options ?? new PackOptions())));
        while (await reader.ReadAsync())
        {
            string link = Encoding.UTF8.GetString(reader.Entry.LinkName);
            names.Add(Encoding.UTF8.GetString(reader.Entry.Name) + reader.Entry.Type switch
            {
                TarEntryType.SymbolicLink => $" -> {link}",
                TarEntryType.HardLink => $" => {link}",
                _ => "",
            });
        }
        return [.. names];
    }
}
