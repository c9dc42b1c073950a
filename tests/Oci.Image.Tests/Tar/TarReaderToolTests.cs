using System.Text;
using Oci.Image.Tar;

namespace Oci.Image.Tests.Tar;

/// <summary>Archives that GNU tar and bsdtar make of the same tree are read as that tree.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class TarReaderToolTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("v7")]
    [InlineData("ustar")]
    [InlineData("oldgnu")]
    [InlineData("gnu")]
    [InlineData("posix")]
    public async Task ReadAsync_GnuTarArchive_GivesTheTree(string format)
    {
        string tar = Requires.Tool("tar");
        MakeTree(longNames: format is "gnu" or "oldgnu" or "posix");
        (await ToolResult.RunAsync(tar, ["-C", _temp.Combine("tree"), $"--format={format}", "--sort=name", "-cf", _temp.Combine("a.tar"), "."])).EnsureSuccess();
        await CheckTreeAsync(longNames: format is "gnu" or "oldgnu" or "posix");
    }

    [Theory]
    [InlineData("ustar", false)]
    [InlineData("gnutar", true)]
    [InlineData("pax", true)]
    public async Task ReadAsync_BsdtarArchive_GivesTheTree(string format, bool longNames)
    {
        string tar = Requires.Tool("bsdtar");
        MakeTree(longNames);
        (await ToolResult.RunAsync(tar, ["-C", _temp.Combine("tree"), $"--format={format}", "-cf", _temp.Combine("a.tar"), "."])).EnsureSuccess();
        await CheckTreeAsync(longNames);
    }

    [Theory]
    [InlineData("--format=gnu")]
    [InlineData("--format=posix", "--sparse-version=0.0")]
    [InlineData("--format=posix", "--sparse-version=0.1")]
    [InlineData("--format=posix", "--sparse-version=1.0")]
    public async Task ReadAsync_SparseFile_GivesItsBytesAndHoles(params string[] format)
    {
        string tar = Requires.Tool("tar");
        byte[] content = MakeSparseFile(_temp.Combine("sparse"));
        (await ToolResult.RunAsync(tar, ["-C", _temp.Path, "--sparse", .. format, "-cf", _temp.Combine("a.tar"), "sparse"])).EnsureSuccess();

        await using var reader = new TarReader(File.OpenRead(_temp.Combine("a.tar")));
        Assert.True(await reader.ReadAsync());
        Assert.Equal("sparse", Encoding.UTF8.GetString(reader.Entry.Name));
        Assert.Equal(TarEntryType.File, reader.Entry.Type);
        Assert.Equal(content.Length, reader.Entry.Size);
        Assert.SkipUnless(reader.Entry.IsSparse, "This file system has no holes.");
        Assert.True(reader.Entry.StoredSize < content.Length / 2);
        Assert.True(reader.Entry.SparseSegments.Length > 21, "more segments than one extension block holds");
        var copy = new MemoryStream();
        await reader.CopyContentToAsync(copy);
        Assert.Equal(content, copy.ToArray());
        Assert.False(await reader.ReadAsync());
    }

    private static byte[] MakeSparseFile(string path)
    {
        using FileStream file = File.Create(path);
        for (int i = 0; i < 40; i++)
        {
            file.Position = 1 + i * 100_000;
            file.Write(Encoding.ASCII.GetBytes($"segment {i}"));
        }
        file.SetLength(40 * 100_000);
        file.Position = 0;
        byte[] content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }

    private static string LongName => string.Concat(Enumerable.Repeat(new string('n', 60) + "/", 5)) + "file";

    private void MakeTree(bool longNames)
    {
        string tree = _temp.Combine("tree");
        Directory.CreateDirectory(Path.Combine(tree, "d"));
        File.WriteAllText(Path.Combine(tree, "a"), "content of a");
        File.WriteAllBytes(Path.Combine(tree, "big"), Enumerable.Range(0, 200_000).Select(i => (byte)(i * 7)).ToArray());
        File.WriteAllText(Path.Combine(tree, "empty"), "");
        File.CreateSymbolicLink(Path.Combine(tree, "d/link"), "../a");
        File.SetUnixFileMode(Path.Combine(tree, "a"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.SetUser);
        File.SetLastWriteTimeUtc(Path.Combine(tree, "a"), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        if (longNames)
        {
            Directory.CreateDirectory(Path.Combine(tree, Path.GetDirectoryName(LongName)!));
            File.WriteAllText(Path.Combine(tree, LongName), "long");
            File.CreateSymbolicLink(Path.Combine(tree, "longlink"), LongName);
        }
    }

    private async Task CheckTreeAsync(bool longNames)
    {
        var entries = new Dictionary<string, (TarEntryType Type, string Link, byte[] Content, int Mode, TarTime Time)>();
        await using var reader = new TarReader(File.OpenRead(_temp.Combine("a.tar")));
        while (await reader.ReadAsync())
        {
            var content = new MemoryStream();
            await reader.CopyContentToAsync(content);
            TarEntry e = reader.Entry;
            Assert.Equal(e.Size, content.Length);
            string name = Encoding.UTF8.GetString(e.Name);
            name = name.StartsWith("./", StringComparison.Ordinal) ? name[2..].TrimEnd('/') : name;
            entries.Add(name, (e.Type, Encoding.UTF8.GetString(e.LinkName), content.ToArray(), e.Mode, e.ModifiedTime));
        }
        string tree = _temp.Combine("tree");
        Assert.Equal(TarEntryType.Directory, entries["d"].Type);
        Assert.Equal((TarEntryType.SymbolicLink, "../a"), (entries["d/link"].Type, entries["d/link"].Link));
        Assert.Equal(TarEntryType.File, entries["a"].Type);
        Assert.Equal(Convert.ToInt32("4600", 8), entries["a"].Mode);
        Assert.Equal(TarTime.FromDateTimeOffset(new DateTimeOffset(2001, 2, 3, 4, 5, 6, TimeSpan.Zero)), entries["a"].Time);
        foreach (string file in new[] { "a", "big", "empty" })
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(tree, file)), entries[file].Content);
        }
        if (longNames)
        {
            Assert.Equal("long"u8.ToArray(), entries[LongName].Content);
            Assert.Equal(LongName, entries["longlink"].Link);
        }
    }
}
