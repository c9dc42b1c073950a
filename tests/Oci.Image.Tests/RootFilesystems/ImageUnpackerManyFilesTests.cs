using System.Globalization;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Tests.RootFilesystems;

/// <summary>More small files than are written behind at once.</summary>
public sealed class ImageUnpackerManyFilesTests : IDisposable
{
    private const int Files = 1500;

    private readonly TempDirectory _temp = new();
    private readonly string _root;

    public ImageUnpackerManyFilesTests()
    {
        Requires.Linux();
        _root = _temp.Combine("root");
    }

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task UnpackAsync_ManySmallFiles_EachHasItsOwnContentAndMode()
    {
        var layer = new LayerBytes();
        for (int i = 0; i < Files; i++)
        {
            layer.File(Name(i), Content(i), i % 2 == 0 ? "0000644" : "0000755");
        }
        UnpackResult result = await LayerBytes.UnpackAsync(_root, layer);

        for (int i = 0; i < Files; i++)
        {
            string path = Path.Combine(_root, Name(i));
            Assert.Equal(Content(i), File.ReadAllText(path));
            Assert.Equal(i % 2 == 0 ? "644" : "755", FileStat.Mode(path));
        }
        Assert.Equal(Files, result.Entries);
        Assert.Equal(Enumerable.Range(0, Files).Sum(i => Content(i).Length), result.Bytes);
    }

    [Fact]
    public async Task UnpackAsync_NameWrittenTwice_TheLastOneStays()
    {
        var layer = new LayerBytes();
        for (int i = 0; i < Files; i++)
        {
            layer.File("d/same", Content(i)).File(Name(i), Content(i)).SymbolicLink(Name(i), "gone");
        }
        await LayerBytes.UnpackAsync(_root, layer.HardLink("link", "d/same"));

        Assert.Equal(Content(Files - 1), File.ReadAllText(Path.Combine(_root, "d/same")));
        Assert.Equal(Content(Files - 1), File.ReadAllText(Path.Combine(_root, "link")));
        Assert.Equal("gone", new FileInfo(Path.Combine(_root, Name(0))).LinkTarget);
    }

    [Fact]
    public async Task UnpackAsync_KeepOnFailure_WhatWasReadIsComplete()
    {
        LayerBytes layer = new LayerBytes().File("a/b", "content").File("../x");
        await Assert.ThrowsAsync<UnpackException>(() => LayerBytes.UnpackAsync(_root, new UnpackOptions { KeepOnFailure = true }, layer));

        Assert.Equal("content", File.ReadAllText(Path.Combine(_root, "a/b")));
    }

    [Fact]
    public async Task UnpackAsync_FailsWithFilesWaiting_ClosesThem()
    {
        byte[] archive = new LayerBytes().File("a", "1").File("b", "2").File("c", new string('x', 5000)).ToArray();
        using var truncated = new MemoryStream(archive, 0, archive.Length - 4096);
        await Assert.ThrowsAsync<TarFormatException>(() => new ImageUnpacker().UnpackTarsAsync([truncated], _root));

        Assert.Empty(OpenFiles.Below(_root));
        Assert.False(Directory.Exists(_root));
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task UnpackAsync_OwnersInOneDirectory_AreEachSet()
    {
        Requires.Root();
        var layer = new LayerBytes().Add("d", '5', "0002755", owner: "0000007");
        for (int i = 0; i < 20; i++)
        {
            layer.Add($"d/{i}", '0', "0000644", owner: i % 3 == 0 ? "0000000" : "0001750");
        }
        await LayerBytes.UnpackAsync(_root, layer);

        for (int i = 0; i < 20; i++)
        {
            uint uid = FileStat.Of(Path.Combine(_root, "d", i.ToString(CultureInfo.InvariantCulture))).stx_uid;
            Assert.Equal(i % 3 == 0 ? 0u : 1000u, uid);
        }
    }

    private static string Name(int i) => $"d/{i / 100}/{i}";

    private static string Content(int i) => string.Concat(Enumerable.Repeat(i.ToString(CultureInfo.InvariantCulture), i));
}
