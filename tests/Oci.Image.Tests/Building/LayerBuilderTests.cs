using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Oci.Image.Building;
using Oci.Image.Compression;
using Oci.Image.Layers;
using Oci.Image.RootFilesystems;
using Oci.Image.Tar;
using Oci.Image.Tests.RootFilesystems;
using TarEntryType = Oci.Image.Tar.TarEntryType;

namespace Oci.Image.Tests.Building;

public sealed class LayerBuilderTests : IDisposable
{
    private readonly TempDirectory _temp = new();
    private readonly MemoryContentStore _store = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task FromDirectoryAsync_Default_IsTheTreeFromTheRoot()
    {
        Requires.Linux();
        Plant("etc/app.conf");

        LayerDigests layer = await LayerBuilder.FromDirectoryAsync(_store, _temp.Path);

        Assert.Equal(["etc/", "etc/app.conf"], await NamesAsync(layer));
        Assert.Equal(MediaTypes.LayerGzip, layer.Descriptor.MediaType);
        Assert.True(await _store.ExistsAsync(layer.Descriptor));
    }

    [Fact]
    public async Task FromDirectoryAsync_WithATarget_LiesBelowItWithItsParents()
    {
        Requires.Linux();
        Plant("a/b", "c");
        var asked = new List<string>();
        var options = new LayerBuilderOptions
        {
            TargetPath = "/srv/./www/",
            Pack = new PackOptions { Exclude = path => { asked.Add(path); return false; } },
        };

        Assert.Equal(["srv/", "srv/www/", "srv/www/a/", "srv/www/a/b", "srv/www/c"], await NamesAsync(await LayerBuilder.FromDirectoryAsync(_store, _temp.Path, options)));
        Assert.Equal(["a", "a/b", "c"], asked);
        options.AddParents = false;
        Assert.Equal(["srv/www/a/", "srv/www/a/b", "srv/www/c"], await NamesAsync(await LayerBuilder.FromDirectoryAsync(_store, _temp.Path, options)));
        options.Pack.IncludeRoot = true;
        Assert.Equal(["srv/www/", "srv/www/a/", "srv/www/a/b", "srv/www/c"], await NamesAsync(await LayerBuilder.FromDirectoryAsync(_store, _temp.Path, options)));
    }

    [Fact]
    public async Task FromDirectoryAsync_HardLinksBelowATarget_LinkThere()
    {
        Requires.Linux();
        Plant("a");
        (await ToolResult.RunAsync("/bin/ln", [_temp.Combine("a"), _temp.Combine("b")])).EnsureSuccess();

        LayerDigests layer = await LayerBuilder.FromDirectoryAsync(_store, _temp.Path, new LayerBuilderOptions { TargetPath = "opt" });

        Assert.Equal(["opt/", "opt/a", "opt/b => opt/a"], await NamesAsync(layer));
    }

    [Theory]
    [InlineData("../up")]
    [InlineData("a/../b")]
    [InlineData("a/.wh.b")]
    [InlineData("a\0b")]
    public void FromDirectoryAsync_WithATargetThatNoImageHas_Throws(string target) =>
        Assert.Throws<ArgumentException>(() => { _ = LayerBuilder.FromDirectoryAsync(_store, _temp.Path, new LayerBuilderOptions { TargetPath = target }); });

    [Fact]
    public async Task FromFilesAsync_AllKinds_ComeInOrderWithParents()
    {
        Plant("program");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_temp.Combine("program"), (UnixFileMode)0b111_000_000);
        }
        LayerDigests layer = await LayerBuilder.FromFilesAsync(_store,
        [
            LayerFile.FromText("etc/motd", "hello"),
            LayerFile.FromFile("/usr/bin/app", _temp.Combine("program")) with { Owner = new FileOwner(1, 2), ModifiedTime = DateTimeOffset.FromUnixTimeSeconds(77) },
            LayerFile.Directory("tmp") with { Mode = 0b1_111_111_111 },
            LayerFile.SymbolicLink("usr/bin/sh", "app"),
            LayerFile.FromStream("etc-1", 3, _ => Task.FromResult<Stream>(new OneByteStream(new MemoryStream([1, 2, 3])))),
            LayerFile.Whiteout("etc/old"),
        ]);

        Assert.Equal(
            ["etc/ 755 0:0 @0", "etc/motd 644 0:0 @0", "etc/.wh.old 644 0:0 @0", "etc-1 644 0:0 @0", "tmp/ 1777 0:0 @0", "usr/ 755 0:0 @0", "usr/bin/ 755 0:0 @0", "usr/bin/app 755 1:2 @77", "usr/bin/sh -> app 777 0:0 @0"],
            await ListAsync(layer, entry => $" {Convert.ToString(entry.Mode, 8)} {entry.Uid}:{entry.Gid} @{entry.ModifiedTime}"));
    }

    [Fact]
    public async Task FromFilesAsync_InAnyOrder_IsTheSameLayer()
    {
        LayerFile[] files = [LayerFile.FromText("b", "1"), LayerFile.FromText("a/c", "2"), LayerFile.FromText("a-b", "3")];

        LayerDigests first = await LayerBuilder.FromFilesAsync(_store, files);
        LayerDigests second = await LayerBuilder.FromFilesAsync(_store, files.Reverse());

        Assert.Equal(first, second);
    }

    [Fact]
    public async Task FromFilesAsync_BadPaths_ThrowBeforeAnythingIsRead()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => LayerBuilder.FromFilesAsync(_store, [LayerFile.FromText("a", ""), LayerFile.FromText("/a", "")]));
        await Assert.ThrowsAsync<ArgumentException>(() => LayerBuilder.FromFilesAsync(_store, [LayerFile.FromText("a", ""), LayerFile.FromText("a/b", "")]));
        await Assert.ThrowsAsync<ArgumentException>(() => LayerBuilder.FromFilesAsync(_store, [LayerFile.FromText("../a", "")]));
        await Assert.ThrowsAsync<ArgumentException>(() => LayerBuilder.FromFilesAsync(_store, [LayerFile.FromText(".", "")]));
    }

    [Fact]
    public async Task FromFilesAsync_StreamOfAnotherSize_LeavesNothing()
    {
        var store = new CountingStore();

        await Assert.ThrowsAsync<InvalidDataException>(() => LayerBuilder.FromFilesAsync(store, [LayerFile.FromStream("a", 4, _ => Task.FromResult<Stream>(new MemoryStream([1, 2, 3])))]));

        Assert.Equal((1, 1, 0), (store.Opened, store.Disposed, store.Committed));
    }

    [Theory]
    [InlineData(true, CompressionAlgorithm.None)]
    [InlineData(true, CompressionAlgorithm.Gzip)]
    [InlineData(false, CompressionAlgorithm.None)]
    [InlineData(false, CompressionAlgorithm.Gzip)]
    public async Task FromTarAsync_AnyCompression_HasTheDiffIdOfTheArchive(bool keep, CompressionAlgorithm compression)
    {
        byte[] tar = new LayerBytes().Directory("a/").File("a/b", new string('x', 5000)).ToArray();
        byte[] source = compression == CompressionAlgorithm.None ? tar : Gzip(tar);

        LayerDigests layer = await LayerBuilder.FromTarAsync(_store, new OneByteStream(new MemoryStream(source)), new LayerBuilderOptions { KeepCompression = keep, Codec = new GzipCodec(CompressionLevel.Fastest) });

        Assert.Equal(Digest.Compute(tar), layer.DiffId);
        Assert.Equal(tar.Length, layer.UncompressedSize);
        Assert.Equal(MediaTypes.LayerGzip, layer.Descriptor.MediaType);
        Assert.Equal(CompressionAlgorithm.Gzip, layer.Compression);
        Assert.Equal(["a/", "a/b"], await NamesAsync(layer));
        Assert.Equal(keep && compression == CompressionAlgorithm.Gzip, layer.Descriptor.Digest == Digest.Compute(source));
    }

    [Fact]
    public async Task FromTarAsync_PlainWithoutACodec_StaysPlain()
    {
        byte[] tar = new LayerBytes().File("a").ToArray();

        LayerDigests layer = await LayerBuilder.FromTarAsync(_store, new MemoryStream(tar), new LayerBuilderOptions { Codec = null });

        Assert.Equal((MediaTypes.Layer, Digest.Compute(tar), layer.DiffId), (layer.Descriptor.MediaType, layer.Descriptor.Digest, layer.Descriptor.Digest));
    }

    public static TheoryData<string, bool> BadArchives => new()
    {
        { "empty", true }, { "text", true }, { "truncated tar", true }, { "truncated gzip", true }, { "without a trailer", true }, { "half a trailer", true }, { "gzip of text", true },
        { "truncated gzip", false }, { "without a trailer", false }, { "truncated tar", false }, { "gzip of text", false }, { "xz", true }, { "xz", false },
    };

    [Theory]
    [MemberData(nameof(BadArchives))]
    public async Task FromTarAsync_WhatIsNoLayer_IsRefusedAndLeavesNothing(string kind, bool keep)
    {
        byte[] tar = new LayerBytes().File("a", new string('x', 5000)).ToArray();
        byte[] gzip = Gzip(tar);
        byte[] text = Encoding.ASCII.GetBytes(new string('t', 2000));
        byte[] source = kind switch
        {
            "empty" => [],
            "text" => text,
            "truncated tar" => tar[..1000],
            "truncated gzip" => gzip[..30],
            "without a trailer" => gzip[..^8],
            "half a trailer" => gzip[..^3],
            "gzip of text" => Gzip(text),
            _ => [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, 1, 2, 3, 4, 5],
        };
        var store = new CountingStore();

        await Assert.ThrowsAnyAsync<OciImageException>(() => LayerBuilder.FromTarAsync(store, new MemoryStream(source), new LayerBuilderOptions { KeepCompression = keep }));

        Assert.Equal((1, 1, 0), (store.Opened, store.Disposed, store.Committed));
    }

    [Fact]
    public async Task FromTarAsync_BeyondALimit_NamesIt()
    {
        byte[] tar = new LayerBytes().File("a", new string('x', 5000)).ToArray();

        var e = await Assert.ThrowsAsync<LayerLimitException>(() => LayerBuilder.FromTarAsync(_store, new MemoryStream(tar), new LayerBuilderOptions { Archive = new LayerReaderOptions { MaxUncompressedSize = 1000 } }));

        Assert.Equal(nameof(LayerReaderOptions.MaxUncompressedSize), e.LimitName);
        Assert.StartsWith("The archive grows", e.Message);
    }

    [Fact]
    public async Task FromTarAsync_WhatTheBclWrote_IsKept()
    {
        using var tar = new MemoryStream();
        await using (var writer = new System.Formats.Tar.TarWriter(tar, TarEntryFormat.Gnu, leaveOpen: true))
        {
            await writer.WriteEntryAsync(new GnuTarEntry(System.Formats.Tar.TarEntryType.RegularFile, new string('n', 150)) { DataStream = new MemoryStream([1, 2]) }, TestContext.Current.CancellationToken);
        }
        tar.Position = 0;

        Assert.Equal([new string('n', 150)], await NamesAsync(await LayerBuilder.FromTarAsync(_store, tar)));
    }

    [Fact]
    public async Task CreateAsync_EntriesOfAMethod_AreTheLayer()
    {
        LayerDigests layer = await LayerBuilder.CreateAsync(_store, async (tar, token) =>
        {
            await tar.WriteEntryAsync(new TarHeader { Type = TarEntryType.Fifo, Name = "pipe"u8.ToArray() }, token);
        });

        Assert.Equal(["pipe"], await NamesAsync(layer));
    }

    [Fact]
    public async Task CreateAsync_MethodThatThrows_LeavesNothing()
    {
        var store = new CountingStore();

        await Assert.ThrowsAsync<FormatException>(() => LayerBuilder.CreateAsync(store, async (tar, token) =>
        {
            await tar.WriteEntryAsync(new TarHeader { Name = "a"u8.ToArray() }, token);
            throw new FormatException();
        }));

        Assert.Equal((1, 1, 0), (store.Opened, store.Disposed, store.Committed));
    }

    private void Plant(params string[] files)
    {
        foreach (string file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_temp.Combine(file))!);
            File.WriteAllText(_temp.Combine(file), file);
        }
    }

    private Task<List<string>> NamesAsync(LayerDigests layer) => ListAsync(layer, _ => "");

    private async Task<List<string>> ListAsync(LayerDigests layer, Func<Oci.Image.Tar.TarEntry, string> describe)
    {
        var names = new List<string>();
        await using var reader = new LayerReader(await _store.OpenAsync(layer.Descriptor), layer.Descriptor, layer.DiffId);
        while (await reader.Tar.ReadAsync())
        {
            Oci.Image.Tar.TarEntry entry = reader.Tar.Entry;
            string link = entry.Type switch
            {
                TarEntryType.HardLink => $" => {Encoding.UTF8.GetString(entry.LinkName)}",
                TarEntryType.SymbolicLink => $" -> {Encoding.UTF8.GetString(entry.LinkName)}",
                _ => "",
            };
            names.Add(Encoding.UTF8.GetString(entry.Name) + link + describe(entry));
        }
        await reader.CompleteAsync();
        return names;
    }

    private static byte[] Gzip(byte[] content)
    {
        using var result = new MemoryStream();
        using (var gzip = new GZipStream(result, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }
        return result.ToArray();
    }
}
