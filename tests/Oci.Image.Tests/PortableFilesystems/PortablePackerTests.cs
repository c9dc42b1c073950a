using System.Text;
using Oci.Image.PortableFilesystems;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;

namespace Oci.Image.Tests.PortableFilesystems;

/// <summary>The pack of other systems, run on this one.</summary>
public sealed class PortablePackerTests : IDisposable
{
    private static readonly DateTime s_time = new DateTime(2020, 2, 3, 4, 5, 6, DateTimeKind.Utc).AddTicks(1234567);

    private readonly TempDirectory _temp = new();

    public PortablePackerTests() => Requires.Linux();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(true, "")]
    [InlineData(false, "")]
    [InlineData(true, "srv/www")]
    [InlineData(false, "srv/www")]
    public async Task PackAsync_FilesDirectoriesAndLinks_IsTheArchiveOfLinux(bool includeRoot, string prefix)
    {
        Plant("b/z", "a.txt", "a/x", "Z", "a-b", "é", "b/a/c");
        File.CreateSymbolicLink(_temp.Combine("link"), "../a.txt");
        (await ToolResult.RunAsync("chmod", ["4500", _temp.Combine("a", "x")])).EnsureSuccess();
        File.WriteAllBytes(_temp.Combine("large"), new byte[300_000]);
        // .NET tells times in units of 100 ns.
        foreach (string path in Directory.GetFileSystemEntries(_temp.Path, "*", SearchOption.AllDirectories).Append(_temp.Path))
        {
            File.SetLastWriteTimeUtc(path, s_time);
        }
        PackOptions Options(PortableNames? names) => new()
        {
            IncludeRoot = includeRoot,
            Owner = new FileOwner(3, 4),
            KeepNanoseconds = true,
            Prefix = Encoding.UTF8.GetBytes(prefix),
            Exclude = path => path == "b/a",
            PortableNames = names,
        };

        byte[] linux = await PackAsync(Options(null));
        byte[] portable = await PackAsync(Options(new PortableNames(reserved: false, ignoreCase: true)));

        Assert.Equal(linux, portable);
    }

    [Fact]
    public async Task PackAsync_NamesThatWindowsSpeltOtherwise_AreTheirOwnAgain()
    {
        Plant("a\uF03Ab", "\uF063on");

        byte[] archive = await PackAsync(new PackOptions { PortableNames = new PortableNames(reserved: true, ignoreCase: true) });

        var names = new List<string>();
        await using var reader = new TarReader(new MemoryStream(archive));
        while (await reader.ReadAsync())
        {
            names.Add(Encoding.UTF8.GetString(reader.Entry.Name));
        }
        Assert.Equal(["a:b", "con"], names);
    }

    [Fact]
    public async Task PackAsync_Fifo_IsNotWaitedFor()
    {
        (await ToolResult.RunAsync("mkfifo", [_temp.Combine("fifo")])).EnsureSuccess();

        byte[] archive = await PackAsync(new PackOptions { PortableNames = new PortableNames(reserved: false, ignoreCase: false) });

        await using var reader = new TarReader(new MemoryStream(archive));
        Assert.True(await reader.ReadAsync());
        Assert.Equal((TarEntryType.File, 0L), (reader.Entry.Type, reader.Entry.Size));
    }

    [Fact]
    public async Task PackAsync_NameOfAWhiteout_IsRefused()
    {
        Plant("d/.wh.x");

        OciImageException exception = await Assert.ThrowsAsync<OciImageException>(() =>
            PackAsync(new PackOptions { PortableNames = new PortableNames(reserved: false, ignoreCase: false) }));

        Assert.Contains("'d/.wh.x'", exception.Message, StringComparison.Ordinal);
    }

    private async Task<byte[]> PackAsync(PackOptions options)
    {
        var archive = new MemoryStream();
        await using var tar = new TarWriter(archive, leaveOpen: true);
        await new DirectoryPacker(options).PackAsync(_temp.Path, tar);
        await tar.CompleteAsync();
        return archive.ToArray();
    }

    private void Plant(params string[] names)
    {
        foreach (string name in names)
        {
            string path = _temp.Combine(name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, name);
        }
    }
}
