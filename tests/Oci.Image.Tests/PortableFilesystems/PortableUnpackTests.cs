using Oci.Image.PortableFilesystems;
using Oci.Image.RootFilesystems;
using Oci.Image.Tests.RootFilesystems;

namespace Oci.Image.Tests.PortableFilesystems;

/// <summary>The unpack of other systems, run on this one.</summary>
public sealed class PortableUnpackTests : IDisposable
{
    private static readonly long s_start = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 1000;

    private readonly TempDirectory _temp = new();
    private readonly string _root;

    public PortableUnpackTests()
    {
        Requires.Linux();
        _root = _temp.Combine("root");
    }

    public void Dispose() => _temp.Dispose();

    /// <summary>What the system calls of Linux make of the same layers is the measure.</summary>
    [Fact]
    public async Task UnpackAsync_RandomLayers_AreAsOnLinux()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            LayerBytes[] Layers()
            {
                var random = new Random(seed);
                return [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => RandomLayer(random))];
            }
            string linux = _temp.Combine($"linux-{seed}");
            string portable = _temp.Combine($"portable-{seed}");
            UnpackFailure? expected = await FailureAsync(LayerBytes.UnpackAsync(linux, Layers()));
            UnpackFailure? actual = await FailureAsync(LayerBytes.UnpackAsync(portable, Options(), Layers()));

            Assert.True(expected == actual, $"Seed {seed}: {expected} on Linux, {actual} portably.");
            Assert.Equal(Directory.Exists(linux), Directory.Exists(portable));
            if (Directory.Exists(linux))
            {
                Assert.Equal(Describe(linux), Describe(portable));
            }
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("../../../../../..")]
    [InlineData("/proc/self/root")]
    public async Task UnpackAsync_FileBehindALink_StaysInTheRoot(string target)
    {
        await LayerBytes.UnpackAsync(_root, Options(), new LayerBytes().SymbolicLink("link", target).File("link/oci-escape", "x"));

        Assert.False(File.Exists("/oci-escape"));
        Assert.Contains(LayerBytes.List(_root), name => Path.GetFileName(name) == "oci-escape");
    }

    [Fact]
    public async Task UnpackAsync_LinksThatLeadToEachOther_AreRefused()
    {
        UnpackException exception = await Assert.ThrowsAsync<UnpackException>(() =>
            LayerBytes.UnpackAsync(_root, Options(), new LayerBytes().SymbolicLink("a", "b").SymbolicLink("b", "a").File("a/x")));

        Assert.Equal((UnpackFailure.SymbolicLinkLoop, "a/x"), (exception.Failure, exception.EntryName));
        Assert.False(Directory.Exists(_root));
    }

    [Fact]
    public async Task UnpackAsync_NamesThatAreOneHere_AreBothKept()
    {
        UnpackResult result = await LayerBytes.UnpackAsync(
            _root,
            Options(new PortableNames(reserved: true, ignoreCase: true)),
            new LayerBytes().File("d/Readme", "1").File("d/README", "2").File("D/x", "3").File("a:b", "4"),
            new LayerBytes().File("d/.wh.Readme").File("d/readme", "6"));

        Assert.Equal(["D~1/", "D~1/x", "a\uF03Ab", "d/", "d/README~1", "d/readme"], LayerBytes.List(_root));
        Assert.Equal("2", File.ReadAllText(Path.Combine(_root, "d", "README~1")));
        Assert.Equal("6", File.ReadAllText(Path.Combine(_root, "d", "readme")));
        UnpackNotice notice = Assert.Single(result.Notices);
        Assert.Equal((UnpackNoticeKind.NameChanged, 3L, "d/README"), (notice.Kind, notice.Count, notice.FirstEntry));
    }

    [Fact]
    public async Task UnpackAsync_WhatCannotBeHere_IsDoneWithLessAndSaidSo()
    {
        UnpackResult result = await LayerBytes.UnpackAsync(
            _root,
            Options(),
            new LayerBytes().File("a", "content").HardLink("b", "a").Fifo("f").Add("o", '0', "0000600", owner: "0001750")
                .Pax(("SCHILY.xattr.user.x", "y")).File("x"));

        Assert.Equal(
            [(UnpackNoticeKind.OwnerLost, "o"), (UnpackNoticeKind.DeviceReplaced, "f"), (UnpackNoticeKind.XattrRefused, "x"), (UnpackNoticeKind.HardLinkCopied, "b")],
            result.Notices.Select(notice => (notice.Kind, notice.FirstEntry)));
        Assert.Equal("content", File.ReadAllText(Path.Combine(_root, "b")));
        Assert.Equal(14, result.Bytes);
    }

    [Fact]
    public async Task UnpackAsync_CopiesOfHardlinks_CountAgainstTheLimit()
    {
        var layer = new LayerBytes().File("a", "12345").HardLink("b", "a").HardLink("c", "a");
        UnpackOptions options = Options();
        options.MaxBytes = 14;

        UnpackException exception = await Assert.ThrowsAsync<UnpackException>(() => LayerBytes.UnpackAsync(_root, options, layer));

        Assert.Equal((UnpackFailure.TooManyBytes, "c"), (exception.Failure, exception.EntryName));
        Assert.False(Directory.Exists(_root));
    }

    [Fact]
    public async Task UnpackAsync_NameThatIsNotText_IsRefused()
    {
        UnpackException exception = await Assert.ThrowsAsync<UnpackException>(() =>
            LayerBytes.UnpackAsync(_root, Options(), new LayerBytes().File("a\u00ff")));

        Assert.Equal((UnpackFailure.InvalidName, "a\\xff"), (exception.Failure, exception.EntryName));
    }

    [Theory]
    [InlineData(OwnershipPolicy.Preserve)]
    [InlineData(OwnershipPolicy.Record)]
    public async Task UnpackAsync_OwnersAskedFor_IsRefusedBeforeAnythingIsMade(OwnershipPolicy ownership)
    {
        UnpackOptions options = Options();
        options.Ownership = ownership;

        await Assert.ThrowsAsync<PlatformNotSupportedException>(() => LayerBytes.UnpackAsync(_root, options, new LayerBytes().File("a")));

        Assert.False(Directory.Exists(_root));
    }

    [Fact]
    public async Task UnpackAsync_FailsInAnEmptyDirectory_EmptiesAndKeepsIt()
    {
        Directory.CreateDirectory(_root);

        await Assert.ThrowsAsync<UnpackException>(() => LayerBytes.UnpackAsync(_root, Options(), new LayerBytes().File("a/b").SymbolicLink("l", "/etc").File("../x")));

        Assert.Empty(Directory.GetFileSystemEntries(_root));
    }

    private static UnpackOptions Options(PortableNames? names = null) =>
        new() { PortableNames = names ?? new PortableNames(reserved: false, ignoreCase: false) };

    private static LayerBytes RandomLayer(Random random)
    {
        var layer = new LayerBytes();
        for (int i = random.Next(1, 12); i > 0; i--)
        {
            string name = Name();
            switch (random.Next(9))
            {
                case 0: layer.Directory(name, "0000750"); break;
                case 1: layer.SymbolicLink(name, random.Next(3) == 0 ? "/" + Name() : Name()); break;
                case 2: layer.SymbolicLink(name, "../" + Name()); break;
                case 3: layer.HardLink(name, Name()); break;
                case 4: layer.File(Hidden(name)); break;
                case 5: layer.File(name + "/.wh..wh..opq"); break;
                default: layer.File(name, $"{i}-{random.Next()}", random.Next(2) == 0 ? "0000644" : "0004755"); break;
            }
        }
        return layer;

        string Name() => string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => (char)('a' + random.Next(3))));

        static string Hidden(string name) => name.Insert(name.LastIndexOf('/') + 1, ".wh.");
    }

    private static async Task<UnpackFailure?> FailureAsync(Task<UnpackResult> unpack)
    {
        try
        {
            await unpack;
            return null;
        }
        catch (UnpackException e)
        {
            return e.Failure;
        }
    }

    private static string[] Describe(string root) =>
    [
        .. LayerBytes.List(root).Select(line =>
        {
            string path = Path.Combine(root, line.Split(" -> ")[0].TrimEnd('/'));
            return line.Contains(" -> ", StringComparison.Ordinal) ? line
                : $"{line} {FileStat.Mode(path)} {(FileStat.Of(path).stx_mtime.tv_sec < s_start ? "told" : "now")} {(File.Exists(path) ? File.ReadAllText(path) : "")}";
        }),
    ];
}
